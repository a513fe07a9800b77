import ArgumentParser
import Certificates

/// `kanhe type`: the catalogue of what is issued.
struct TypeNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "type", abstract: "Publish types of certificates and look at them.",
    subcommands: [TypePublish.self, TypeWithdraw.self, TypeList.self, TypeShow.self])
}

extension TypeCode {
  /// Reads a code given as an argument.
  static func argument(_ text: String) throws -> TypeCode {
    do throws(CertificatesError) {
      return try TypeCode(text)
    } catch {
      throw Failure(.usage, code: "\(error.code)", error.message)
    }
  }
}
