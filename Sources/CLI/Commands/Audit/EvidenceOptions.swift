import ArgumentParser
import Registry

/// To whom persons' data are shown, and under which law: it is recorded before anything is shown.
struct EvidenceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Who gets it: the name of an office, never of a person.", valueName: "name"))
  var to: String?

  @Option(
    help: ArgumentHelp("The law under which it is handed over.", valueName: "text"))
  var citation: String?

  @Option(
    help: ArgumentHelp(
      "The receiver's USCC, where it is a department of this registry.", valueName: "code"))
  var toDepartment: String?

  /// Whether anything was named.
  var isGiven: Bool { to != nil || citation != nil || toDepartment != nil }

  func receiver() throws -> EvidenceReceiver {
    let code = try toDepartment.map {
      try CodeArgument.department($0, option: "--to-department").text
    }
    guard let to, let citation else {
      throw Failure(
        .usage, code: "receiver_missing", "whoever is shown persons' data is recorded",
        hint: "give --to with the office and --citation with the law")
    }
    do throws(RegistryError) {
      return try EvidenceReceiver(name: to, citation: citation, department: code)
    } catch {
      throw Failure(.usage, code: "receiver_form", "--to, --citation: \(error.message)")
    }
  }
}
