import ArgumentParser
import Certificates
import Encoding
import Foundation
import Registry

extension TextLanguage: ExpressibleByArgument {
  /// `zh` and `en`, as the command line calls them.
  public init?(argument: String) {
    switch argument {
    case "zh": self = .chinese
    case "en": self = .english
    default: return nil
    }
  }

  /// The two words.
  public static var allValueStrings: [String] { ["zh", "en"] }
}

/// `kanhe type show`: the published file, or the empty sheet for a clerk.
struct TypeShow: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print a published type file, or the empty sheet of its certificates.",
    discussion: """
      The file is compared with the digest in the ledger. --csv-header prints the sheet's titles, \
      mandatory ones first, by their canonical names or with --language zh by their Chinese \
      labels; into a file it is written with a byte order mark, so that spreadsheets read it as \
      UTF-8. Exit code 1: no such type.

      Examples:
        kanhe type show 11440300KH0002054H001 --registry city
        kanhe type show 11440300KH0002054H001 --csv-header --language zh \\
          --out sheet.csv --registry city
      """)

  @Argument(help: "The type's code.")
  var code: String

  @Option(name: .customLong("version"), help: "The version; default the newest.")
  var number: Int?

  @Flag(help: "Print the empty sheet.")
  var csvHeader = false

  @Option(help: "Titles of the sheet: en for canonical names, zh for Chinese labels.")
  var language: TextLanguage = .english

  @Option(help: ArgumentHelp("Write into a new file.", valueName: "file"))
  var out: String?

  @Flag(help: "Replace the file of --out.")
  var force = false

  @OptionGroup var registry: RegistryOptions

  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try CodeArgument.type(code)
    let registry = try registry.open(forWriting: false)
    let type = try Failure.answering(.unknownType) { try registry.type(code, version: number) }
    let file = try registry.typeFile(of: type)
    try registry.close()
    let bytes = csvHeader ? header(file) : file.canonicalBytes + [0x0A]
    if let out, out != "-" {
      let mark: [UInt8] = csvHeader ? [0xEF, 0xBB, 0xBF] : []
      try OutputFile.write(mark + bytes, to: out, force: force)
      if console.format == .text { return .yes }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if csvHeader {
      try console.result(
        ["columns": .array(file.columns.map(Self.column))], text: { text },
        table: { Table(header: titles(file)) })
    } else {
      try console.result(.object(Self.object(type, file, registry.settings)), text: { text })
    }
    return .yes
  }

  private func titles(_ file: TypeFile) -> [String] {
    file.csvHeader(language == .chinese ? .chinese : nil)
  }

  private func header(_ file: TypeFile) -> [UInt8] {
    Table(header: titles(file)).csvBytes
  }

  private static func column(_ column: SheetColumn) -> JSONValue {
    [
      "format": .string(column.format.rawValue), "label": .string(column.label),
      "label_en": .string(column.labelEnglish), "mandatory": .boolean(column.isMandatory),
      "name": .string(column.name),
    ]
  }

  private static func object(
    _ type: PublishedType, _ file: TypeFile, _ settings: RegistrySettings
  ) -> JSONObject {
    [
      "code": .string(type.code.text), "digest": .string(type.fact.digest.base64url),
      "index": Shape.index(type.index),
      "state": type.fact.isWithdrawn ? "withdrawn" : "published", "type": .object(file.object),
      "uri": .string(
        RegistryNames.type(type.code, version: type.version, host: settings.host)),
      "version": .integer(Int64(type.version)),
    ]
  }
}
