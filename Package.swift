// swift-tools-version:6.2
import PackageDescription

/// Warnings fail the build in `make lint`.
let lint: [SwiftSetting] =
  Context.environment["KANHE_LINT"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// Every target of ours is strict about memory.
let strict: [SwiftSetting] = [.strictMemorySafety()] + lint

/// Starting takes longer than verifying: what the program does not share with others is linked in,
/// none of it is offered to libraries, and it stands at a fixed address, as nothing is moved then.
/// Spec: decisions/0011.
let staticSwift: [LinkerSetting] = [
  .unsafeFlags(
    ["-use-ld=lld", "-L" + Context.packageDirectory + "/scripts/link", "-static-stdlib"]
      + ["-static-libgcc", "-no-pie"].flatMap { ["-Xclang-linker", $0] }
      + ["--no-export-dynamic", "--as-needed"].flatMap { ["-Xlinker", $0] }
      + [
        "Foundation", "FoundationEssentials", "FoundationInternationalization",
        "CoreFoundation", "_FoundationCollections", "_FoundationCShims", "_FoundationICU",
        "swiftSynchronization",
      ].map { "-l" + $0 })
]

let package = Package(
  name: "kanhe",
  products: [
    // What a verifier links: these four, libcrypto and zlib; no database, no network.
    .library(name: "Certificates", targets: ["Certificates"]),
    .library(name: "Ledger", targets: ["Ledger"]),
    .library(name: "Rules", targets: ["Rules"]),
    .library(name: "Verification", targets: ["Verification"]),
    .executable(name: "kanhe", targets: ["kanhe"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CQRCode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng16", providers: [.apt(["libpng-dev"])]),
    .target(name: "Encoding", swiftSettings: strict),
    .target(
      name: "Cryptography", dependencies: ["COpenSSL", "Encoding"], swiftSettings: strict),
    .target(
      name: "Certificates", dependencies: ["CZlib", "Cryptography", "Encoding"],
      swiftSettings: strict),
    .target(name: "Ledger", dependencies: ["Cryptography", "Encoding"], swiftSettings: strict),
    .target(
      name: "Rules", dependencies: ["Certificates", "Ledger", "Cryptography", "Encoding"],
      swiftSettings: strict),
    .target(
      name: "Verification",
      dependencies: ["Rules", "Certificates", "Ledger", "Cryptography", "Encoding"],
      swiftSettings: strict),
    .target(
      name: "Wallet",
      dependencies: [
        "Verification", "Rules", "Certificates", "Ledger", "Cryptography", "Encoding",
      ],
      swiftSettings: strict),
    .target(
      name: "Registry",
      dependencies: ["Rules", "Certificates", "Ledger", "Cryptography", "Encoding"],
      swiftSettings: strict),
    .target(
      name: "SQLiteStorage",
      dependencies: [
        "Registry", "Rules", "Ledger", "Cryptography", "Encoding",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .target(name: "Codes", dependencies: ["CPNG", "CQRCode"], swiftSettings: strict),
    .executableTarget(
      name: "kanhe",
      dependencies: [
        "Codes", "Registry", "SQLiteStorage", "Wallet", "Verification", "Rules", "Certificates",
        "Ledger", "Cryptography", "Encoding",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/CLI",
      swiftSettings: strict,
      linkerSettings: staticSwift),
    .testTarget(name: "EncodingTests", dependencies: ["Encoding"]),
    .testTarget(name: "CryptographyTests", dependencies: ["Cryptography", "Encoding"]),
    .testTarget(
      name: "CertificatesTests", dependencies: ["Certificates", "Cryptography", "Encoding"]),
    .testTarget(name: "LedgerTests", dependencies: ["Ledger", "Cryptography", "Encoding"]),
    .testTarget(
      name: "RulesTests",
      dependencies: ["Rules", "Certificates", "Ledger", "Cryptography", "Encoding"]),
    .testTarget(
      name: "VerificationTests",
      dependencies: [
        "Verification", "Rules", "Certificates", "Ledger", "Cryptography", "Encoding",
      ]),
    .testTarget(
      name: "RegistryTests",
      dependencies: [
        "Registry", "SQLiteStorage", "Verification", "Rules", "Certificates", "Ledger",
        "Cryptography", "Encoding", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    // These run the real binary, which `swift build` puts beside them; to depend on it would
    // link the static Swift library into the test bundle.
    .testTarget(
      name: "CLITests", dependencies: ["Certificates", "Cryptography", "Encoding"],
      exclude: ["Help/Snapshots"]),
    .testTarget(name: "TidyTests"),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets where target.type == .test {
  target.swiftSettings = lint
}

// Fuzz targets need a compiler flag that ordinary builds must not have: `make fuzz` asks for them.
if Context.environment["KANHE_FUZZ"] != nil {
  let parsers: [(name: String, module: Target.Dependency)] = [
    ("JSON", "Encoding"), ("CSV", "Encoding"), ("Base64URL", "Encoding"),
    ("Entry", "Ledger"), ("Note", "Ledger"), ("Bundle", "Ledger"), ("Proof", "Ledger"),
    ("LeafList", "Ledger"),
    ("TypeFile", "Certificates"), ("Sheet", "Certificates"), ("Pattern", "Certificates"),
    ("StatusList", "Certificates"), ("Certificate", "Certificates"),
    ("TrustList", "Certificates"), ("StatusToken", "Certificates"), ("Request", "Certificates"),
    ("Presentation", "Certificates"), ("Codes", "Certificates"),
    ("HolderKey", "Certificates"), ("Identity", "Cryptography"),
    ("Message", "Cryptography"), ("Material", "Rules"), ("Grant", "Rules"),
    ("Event", "Rules"), ("Receipt", "Rules"), ("Answer", "Rules"), ("Delivery", "Rules"),
    ("EvidenceBundle", "Rules"),
    ("File", "Verification"),
  ]
  for parser in parsers {
    let name = "Fuzz" + parser.name
    package.products.append(.executable(name: name, targets: [name]))
    package.targets.append(
      .executableTarget(
        name: name, dependencies: [parser.module], path: "Fuzz/" + parser.name,
        exclude: ["Corpus"], swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
  }
}

// Measuring wants programs of its own, which nobody installs: `make bench` asks for them.
if Context.environment["KANHE_BENCH"] != nil {
  let modules: [Target.Dependency] = [
    "Registry", "SQLiteStorage", "Certificates", "Cryptography", "Encoding", "Rules",
  ]
  package.targets.append(
    .target(
      name: "BenchmarkSupport", dependencies: modules, path: "Benchmarks/Support",
      swiftSettings: strict))
  for name in ["Issue", "Share", "Use"] {
    package.products.append(
      .executable(name: name + "Benchmark", targets: [name + "Benchmark"]))
    package.targets.append(
      .executableTarget(
        name: name + "Benchmark", dependencies: modules + ["BenchmarkSupport"],
        path: "Benchmarks/" + name,
        swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])],
        linkerSettings: staticSwift))
  }
}
