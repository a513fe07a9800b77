import Cryptography
import Encoding
import Foundation
import Registry
import Synchronization

/// Where passphrases come from: a file or descriptor, the environment, a prompt; never an argument.
enum PassphraseKind: String, Sendable {
  case department = "KANHE_PASSPHRASE"
  case ledger = "KANHE_LEDGER_PASSPHRASE"
  case registry = "KANHE_REGISTRY_PASSPHRASE"
  case wallet = "KANHE_WALLET_PASSPHRASE"

  var purpose: String {
    switch self {
    case .department: "the acting department's keys"
    case .ledger: "the ledger key and the vault key"
    case .registry: "the registry's keys (root, authority, list signer, registrar)"
    case .wallet: "the wallet's keys"
    }
  }
}

enum Passphrases {
  /// What was given once: a pipe cannot be read twice, and nobody wants to be asked twice.
  private static let known = Mutex<[PassphraseKind: SecretBytes]>([:])

  /// The passphrase for a purpose, or a failure that names the three ways to give it.
  ///
  /// - Parameter confirming: ask twice at a prompt, because a new key is made with it.
  @discardableResult
  static func read(_ kind: PassphraseKind, confirming: Bool = false) throws -> SecretBytes {
    if let secret = known.withLock({ $0[kind] }) { return secret }
    let secret = try readAnew(kind, confirming: confirming)
    known.withLock { $0[kind] = secret }
    return secret
  }

  private static func readAnew(
    _ kind: PassphraseKind, confirming: Bool
  ) throws -> SecretBytes {
    let environment = ProcessInfo.processInfo.environment
    if let place = environment[kind.rawValue + "_FILE"] {
      return try secret(firstLine(try contents(of: place, kind)), kind)
    }
    if let value = environment[kind.rawValue] { return try secret(Array(value.utf8), kind) }
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
      throw Failure(
        .cannot, code: "passphrase_missing", "no passphrase for \(kind.purpose)",
        hint: "set \(kind.rawValue)_FILE to a file or fd:N, or run on a terminal")
    }
    let first = try prompt("Passphrase for \(kind.purpose): ")
    if confirming {
      guard try prompt("Once more: ") == first else {
        throw Failure(.cannot, code: "passphrase_mismatch", "the two passphrases differ")
      }
    }
    return try secret(first, kind)
  }

  /// Whether a passphrase was given or can be asked for.
  static func canProvide(_ kind: PassphraseKind) -> Bool {
    let environment = ProcessInfo.processInfo.environment
    return environment[kind.rawValue + "_FILE"] != nil || environment[kind.rawValue] != nil
      || isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
  }

  /// The passphrase for keys of a role, as the registry asks for it.
  static func provide(_ role: PassphraseRole) throws(RegistryError) -> SecretBytes {
    let kind: PassphraseKind =
      switch role {
      case .ledger: .ledger
      case .registry: .registry
      case .department: .department
      }
    do {
      return try read(kind)
    } catch {
      let failure = Failure(explaining: error)
      let remedy = failure.hint.map { "; \($0)" } ?? ""
      throw RegistryError(.passphraseMissing, failure.message + remedy, cause: error)
    }
  }

  private static func contents(of place: String, _ kind: PassphraseKind) throws -> [UInt8] {
    var path = place
    if place.hasPrefix("fd:") {
      guard let number = Int32(place.dropFirst(3)), number >= 0 else {
        throw Failure(
          .usage, code: "bad_descriptor", "\(kind.rawValue)_FILE names no descriptor: \(place)")
      }
      path = "/dev/fd/\(number)"
    }
    do {
      return try BoundedFile.read(path: path, maximumBytes: 65_536)
    } catch {
      throw Failure(
        .cannot, code: "passphrase_unreadable",
        "\(kind.rawValue)_FILE cannot be read: \(error.message)")
    }
  }

  private static func firstLine(_ bytes: [UInt8]) -> [UInt8] {
    var line = Array(bytes.prefix { $0 != 0x0A })
    if line.last == 0x0D { line.removeLast() }
    return line
  }

  private static func secret(_ bytes: [UInt8], _ kind: PassphraseKind) throws -> SecretBytes {
    guard !bytes.isEmpty else {
      throw Failure(
        .cannot, code: "passphrase_empty", "the passphrase for \(kind.purpose) is empty")
    }
    return SecretBytes(copying: bytes)
  }

  /// Reads one line without echo.
  private static func prompt(_ text: String) throws -> [UInt8] {
    var saved = termios()
    guard unsafe tcgetattr(STDIN_FILENO, &saved) == 0 else {
      throw Failure(.cannot, code: "no_terminal", "the terminal cannot be set to hide input")
    }
    var hidden = saved
    hidden.c_lflag &= ~tcflag_t(ECHO)
    // Before the echo goes, until it is back: no signal may come between.
    return try Interruption.watching {
      _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
      // Only now: what is typed at a prompt must neither be shown nor flushed.
      Console.write(Array(text.utf8), to: STDERR_FILENO)
      defer {
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
        Console.write([0x0A], to: STDERR_FILENO)
      }
      return try line()
    }
  }

  /// A line from the terminal; an interruption is seen within the fifth of a second, by whichever
  /// thread took the signal, so that the terminal gets its echo back.
  private static func line() throws -> [UInt8] {
    var line: [UInt8] = []
    while true {
      guard !Interruption.isRequested else {
        throw Failure(
          .interrupted, code: "interrupted", "interrupted at the passphrase prompt",
          hint: "run the same command again")
      }
      var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&input, 1, 200) > 0 else { continue }
      var byte: UInt8 = 0
      // One at a time: what stands behind the line is not ours.
      let count = unsafe Glibc.read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else {
        // Ctrl-D, or the terminal went away. A part of what was to be typed is no passphrase: a key
        // made with it would be lost.
        throw Failure(
          .cannot, code: "input_ended", "the input ended at the passphrase prompt",
          hint: "run the same command again, and end the passphrase with Enter")
      }
      if byte == 0x0A { return line }
      line.append(byte)
    }
  }
}
