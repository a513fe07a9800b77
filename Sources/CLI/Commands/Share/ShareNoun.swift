import ArgumentParser
import Encoding
import Registry
import Rules

/// `kanhe share`: one department takes another's data.
struct ShareNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "share",
    abstract: "Ask another department for its data, and answer; every step is an entry.",
    subcommands: [
      ShareRequest.self, ShareList.self, ShareShow.self, ShareRelease.self, ShareRefuse.self,
      ShareAcknowledge.self, ShareDispute.self, ShareSettle.self, ShareDecide.self,
    ])
}

/// Requests, releases and disputes as arguments: `spec/cli/share.md`, "Names".
enum ActArgument {
  /// An act; malformed text is wrong usage, whatever would be done with it.
  static func act(_ text: String, option: String? = nil) throws -> ActName {
    guard let name = ActName(text) else {
      let place = option.map { "\($0): " } ?? ""
      throw Failure(
        .usage, code: "act_form",
        place + "an act is named by the index of its entry or as <USCC>/<jti>")
    }
    return name
  }
}

/// Free texts about an act: from a file or standard input, for they may tell of a person.
enum ActText {
  private static let byteCountMax = 4_096

  /// The text without the line feeds at its end.
  static func read(_ path: String, option: String) throws -> String {
    var bytes = try InputFile.read(path, maximumBytes: byteCountMax)
    while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self),
      MemberForm.prose(max: byteCountMax).matches(.string(text))
    else {
      throw Failure(
        .cannot, code: "text_form",
        "\(option): a text has 1 to \(byteCountMax) bytes of UTF-8, without characters that can be "
          + "misread")
    }
    return text
  }
}
