import ArgumentParser
import Certificates
import Encoding
import Registry

/// `kanhe certificate show`.
struct CertificateShow: KanheCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one certificate: its claims, copies and history.",
    discussion: """
      For the registry's own officers: claims come from the vault. Exit code 0; 1: no such \
      certificate.

      Examples:
        kanhe certificate show 1.2.156.3005.2.… --registry city
        kanhe certificate show 1.2.156.3005.2.… --format json
      """)

  @Argument(help: "The certificate's identifier.")
  var identifier: String

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var output: OutputOptions

  func execute(_ console: Console) throws -> Failure.Status {
    let identifier = try CodeArgument.identifier(identifier)
    let opened = try registry.open(forWriting: false)
    let reader = try opened.certificates()
    guard let certificate = try reader.find(identifier) else {
      throw Failure(
        .no, code: "not_found", "this registry issued no certificate with the identifier")
    }
    let view = try reader.view(certificate)
    let type = try opened.typeFile(
      try TypeCode(certificate.typeCode), version: certificate.typeVersion)
    let page = CertificatePage(
      view: view, type: type, batch: try reader.batch(of: certificate),
      issuerName: try opened.departmentName(certificate.issuerCode))
    try opened.close()
    try console.result(page.json, text: { page.text })
    return .yes
  }
}
