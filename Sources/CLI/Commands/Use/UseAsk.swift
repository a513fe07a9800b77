import ArgumentParser
import Certificates
import Encoding
import Foundation
import Registry

/// `kanhe use ask`: signs a request for a presentation.
struct UseAsk: KanheCommand {
  static let repeatable = ["--evidence"]

  static let configuration = CommandConfiguration(
    commandName: "ask",
    abstract: "Sign a request that a holder show something.",
    discussion: """
      What may be asked is what a duty of the type gives the department, for that purpose; claims \
      of two duties need two requests. A claim may be asked for with a value: over_18=true. \
      Without --claims only a certificate of the type is asked for, and nothing of it is shown. \
      The holder answers with holder present; verify with the request beside the answer judges \
      it. Exit code 1: not allowed.

      Examples:
        kanhe use ask --type 11440300KH0002054H001 --claims over_18=true \\
          --purpose internet-cafe-inspection --text 核验是否年满18周岁 \\
          --out request.jwt --as 11440300KH0002169P
        kanhe use ask --type 11440300KH0002417D001 --claims classes,valid_until \\
          --purpose ride-hailing-permit --text 核验准驾车型 --for 8h --out - \\
          --as 11440300KH00021345
      """)

  @Option(help: ArgumentHelp("The type's code, 21 characters.", valueName: "code"))
  var type: String

  @Option(
    help: ArgumentHelp(
      "A version of the type; default all that the department may ask for.", valueName: "n"))
  var version: Int?

  @Option(
    help: ArgumentHelp(
      "Names of claims, with commas between; with =VALUE where only that will do.",
      valueName: "names"))
  var claims: String?

  @Option(help: ArgumentHelp("What for: a code such as site-inspection.", valueName: "purpose"))
  var purpose: String

  @Option(
    help: ArgumentHelp(
      "The purpose in a sentence, which the holder reads and signs.", valueName: "sentence"))
  var text: String

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "How long it may be answered: 30s, 10m, 8h, at most 24h.", valueName: "time"))
  var lifetime = "10m"

  @Option(help: ArgumentHelp("The new file; - for standard output.", valueName: "file|-"))
  var out: String

  @Flag(help: "Replace a file that is there.")
  var force = false

  @Option(
    help: ArgumentHelp(
      "An export of an admitted registry, whose certificates of the type will do as well.",
      valueName: "dir"))
  var evidence: [String] = []

  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard CodeArgument.isWord(purpose) else {
      throw ValidationError("--purpose: a code has small letters, digits and -, as in a-b")
    }
    _ = try seconds()
  }

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try actor.code()
    var asked = AskedTerms(
      type: try CodeArgument.type(type, option: "--type"), claims: try asked(),
      purpose: try usage("--text") { () throws(CertificatesError) in
        try Purpose(code: purpose, text: text)
      })
    asked.version = version
    asked.lifetimeSeconds = try seconds()
    if out != "-" { try OutputFile.requireFree(out, force: force) }
    let opened = try registry.open(forWriting: false, actor: actor)
    asked.others = try evidence.map { try other($0, of: asked.type, in: opened) }
    let bytes = try Failure.answering(.invalidRequest) {
      try Failure.answering(.unknownType) { try opened.ask(asked, by: code) }
    }
    try opened.close()
    let request = try PresentationRequest(parsing: bytes)
    if out == "-" {
      Console.write(bytes + [0x0A], to: 1)
      return .yes
    }
    try OutputFile.write(bytes + [0x0A], to: out, force: force)
    var object = UseShape.request(request)
    object["out"] = .string(out)
    try console.result(
      .object(object),
      text: { "request in \(out)\n" + Table(rows: UseShape.rows(request)).aligned })
    console.hint("take the answer: kanhe use check \(out) ANSWER --as \(code)")
    return .yes
  }

  /// The trust list of an admitted registry.
  private func other(
    _ directory: String, of type: TypeCode, in opened: OpenRegistry
  ) throws -> TrustList {
    let root = try RootFile.readFound(directory + "/root.pem")
    let admitted = try opened.admittedRegistries().first { $0.root == root }
    guard let admitted, admitted.types.contains(type) else {
      throw Failure(
        .no, code: "type_not_admitted",
        "\(directory): this registry is not admitted here for the type",
        hint: "kanhe trust admit admits it; registry trust publishes that")
    }
    return try VerifiedList.read(
      directory + "/trust.jwt", under: root, host: admitted.host)
  }

  private func asked() throws -> [(name: String, value: String?)] {
    guard let claims else { return [] }
    var asked: [(name: String, value: String?)] = []
    for part in claims.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard let name = pair.first, !name.isEmpty, pair.last?.isEmpty == false else {
        throw Failure(
          .usage, code: "claims",
          "--claims is a list of names with commas between, each perhaps with =VALUE")
      }
      guard !asked.contains(where: { $0.name == name }) else {
        throw Failure(.usage, code: "claims", "--claims: a claim is asked for once")
      }
      asked.append((name, pair.count > 1 ? pair[1] : nil))
    }
    return asked
  }

  private func usage<T>(
    _ option: String, _ body: () throws(CertificatesError) -> T
  ) throws -> T {
    do throws(CertificatesError) { return try body() } catch {
      throw Failure(.usage, code: "\(error.code)", "\(option): \(error.message)")
    }
  }

  /// `10m` in seconds.
  private func seconds() throws -> Int64 {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
    guard let last = lifetime.last, let unit = units[last],
      let number = Int64(lifetime.dropLast()), (1...86_400).contains(number),
      number * unit <= PresentationRequest.lifetimeSecondsMax
    else {
      throw ValidationError(
        "--for is a number of seconds, minutes or hours, as in 30s, 10m or 8h, and at most 24h")
    }
    return number * unit
  }
}
