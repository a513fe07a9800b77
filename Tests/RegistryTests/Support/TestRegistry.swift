import Cryptography
import Encoding
import Registry
import SQLiteStorage
import Synchronization

/// A clock that tests set.
final class TestClock: Clock {
  private let milliseconds: Mutex<Int64>

  init(_ text: String = "2026-11-24T08:00:00Z") throws {
    milliseconds = Mutex(try Timestamp(parsing: text).milliseconds)
  }

  func now() -> Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }

  func advance(days: Int = 0, seconds: Int64 = 0) {
    milliseconds.withLock { $0 += Int64(days) * 86_400_000 + seconds * 1000 }
  }
}

/// A small registry with test keys in a directory of its own.
struct TestRegistry {
  static let code = "11440300KH00000165"
  static let host = "zs.example"

  let folder: TemporaryDirectory
  let directory: String
  let clock: TestClock

  init() throws {
    folder = try TemporaryDirectory()
    directory = folder.file("city")
    clock = try TestClock()
    try OpenRegistry.create(
      directory: directory,
      try NewRegistry(
        name: "Shenzhen", host: TestRegistry.host, origin: "zs.example/ledger",
        code: TestRegistry.code, keys: .test),
      storage: SQLiteProvider(), options: options())
  }

  /// Options of a test; `wrong` is the role for which a wrong passphrase is given, `keys` the
  /// folder of the acting department's keys.
  func options(
    writing: Bool = true, confirmed: Bool = false, wrong: PassphraseRole? = nil,
    keys: String? = nil
  ) -> OpenOptions {
    OpenOptions(
      isForWriting: writing,
      passphrases: { role throws(RegistryError) in
        role == wrong ? SecretBytes(copying: [1, 2, 3]) : try TestRegistry.passphrase(role)
      },
      departmentKeys: keys, clock: clock, isClockConfirmed: confirmed, lockSeconds: 2)
  }

  func open(
    _ directory: String? = nil, writing: Bool = true, confirmed: Bool = false
  ) throws -> OpenRegistry {
    try OpenRegistry.open(
      directory: directory ?? self.directory, storage: SQLiteProvider(),
      options: options(writing: writing, confirmed: confirmed))
  }

  @Sendable static func passphrase(
    _ role: PassphraseRole
  ) throws(RegistryError) -> SecretBytes {
    let text: String =
      switch role {
      case .ledger: "ledger words"
      case .registry: "registry words"
      case .department(let code): "words of \(code)"
      }
    return SecretBytes(copying: Array(text.utf8))
  }
}
