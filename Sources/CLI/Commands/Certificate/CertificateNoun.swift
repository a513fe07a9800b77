import ArgumentParser

/// `kanhe certificate`: from issue to end.
struct CertificateNoun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certificate", abstract: "Issue and find certificates, and change their states.",
    subcommands: [
      CertificateIssue.self, CertificateList.self, CertificateShow.self, CertificateSuspend.self,
      CertificateReinstate.self, CertificateRevoke.self, CertificateReplace.self,
      CertificateCopyCommand.self,
    ])
}
