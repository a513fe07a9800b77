import ArgumentParser
import Encoding
import Registry

/// `kanhe status publish`: signs a department's status lists.
struct StatusPublish: TableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish",
    abstract: "Sign the department's status lists that changed or age, and enter it.",
    discussion: """
      Tokens go to public/status in the registry and, with --out, to another folder too. Until \
      they are published nobody outside sees a changed state. Killed at any moment, the same \
      command goes on. Exit code 0, also when nothing had to be signed; 1: a rule refused it.

      Examples:
        kanhe status publish --registry city --as 11440300KH0002054H
        kanhe status publish --all --out www --registry city \\
          --as 11440300KH0002054H
      """)

  @Option(help: ArgumentHelp("Only the lists of this type.", valueName: "code"))
  var type: String?

  @Flag(help: "Sign every list, also unchanged ones.")
  var all = false

  @Option(help: ArgumentHelp("Copy all current tokens below this folder too.", valueName: "dir"))
  var out: String?

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var actor: ActorOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let code = try actor.code()
    _ = try type.map { try CodeArgument.type($0, option: "--type") }
    let opened = try registry.open(forWriting: true, actor: actor)
    let publisher = try StatusPublisher(opened, department: code)
    var selection = StatusPublisher.Selection()
    selection.type = type
    selection.isForced = all
    let progress = Progress("sign", console: console)
    let report = try publisher.publish(selection) { progress.update(done: $0, total: $1) }
    progress.finish()
    if let out { try publisher.export(type: type, to: out) }
    try opened.close()
    try console.result(
      StatusPublish.json(report, code), text: { StatusPublish.text(report) },
      table: { StatusPublish.table(report) })
    return .yes
  }

  private static func json(_ report: StatusPublisher.Report, _ code: String) -> JSONValue {
    var object: JSONObject = [
      "code": .string(code), "sequence": .integer(report.sequence),
      "published": .boolean(report.index != nil), "root": .string(report.root.base64url),
      "signed": .integer(Int64(report.lists.count { $0.isSigned })),
      "lists": .array(
        report.lists.map { list in
          [
            "uri": .string(list.uri), "file": .string("public/\(list.name.path).jwt"),
            "type": .string(list.name.type.text), "quarter": .string(list.name.quarter),
            "used": .integer(list.used), "changed": .boolean(list.isChanged),
            "signed": .boolean(list.isSigned),
            "issued_at": .string(Timestamp(seconds: list.issuedAt).description),
            "expires_at": .string(Timestamp(seconds: list.expiresAt).description),
          ]
        }),
    ]
    if let index = report.index { object["index"] = .integer(Int64(index.value)) }
    if let checkpoint = report.checkpoint { object["checkpoint"] = Shape.checkpoint(checkpoint) }
    return .object(object)
  }

  private static func text(_ report: StatusPublisher.Report) -> String {
    var text = ""
    for list in report.lists where list.isSigned {
      text += "signed  public/\(list.name.path).jwt  until \(Timestamp(seconds: list.expiresAt))\n"
    }
    let signed = report.lists.count { $0.isSigned }
    text += "\(signed) of \(report.lists.count) lists signed"
    if let index = report.index {
      return text + ", round \(report.sequence) entered as \(index.value)\n"
    }
    return text + ", nothing to publish\n"
  }

  private static func table(_ report: StatusPublisher.Report) -> Table {
    Table(
      header: [
        "uri", "file", "type", "quarter", "used", "changed", "signed", "issued_at", "expires_at",
      ],
      rows: report.lists.map {
        [
          $0.uri, "public/\($0.name.path).jwt", $0.name.type.text, $0.name.quarter, "\($0.used)",
          "\($0.isChanged)", "\($0.isSigned)", Timestamp(seconds: $0.issuedAt).description,
          Timestamp(seconds: $0.expiresAt).description,
        ]
      })
  }
}
