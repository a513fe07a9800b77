import ArgumentParser

/// `kanhe certificate`: from issue to end.
struct CertificateNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certificate", abstract: "Find certificates and change their states.",
    subcommands: [
      CertificateList.self, CertificateShow.self, CertificateSuspend.self,
      CertificateReinstate.self, CertificateRevoke.self,
    ])
}
