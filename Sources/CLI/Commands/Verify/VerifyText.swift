import Certificates
import Cryptography
import Verification

/// The answer of `kanhe verify` for people. Whatever comes from a file is made fit for a terminal.
enum VerifyText {
  /// One file: the verdict, what it shows, and a line per check.
  static func file(
    _ path: String, _ report: FileReport, _ verdict: CheckList.Verdict,
    _ accepted: Set<Check.Name>, roots: [Anchor]
  ) -> String {
    var text = "\(TerminalText.line(path)): \(word(report.kind)): \(word(verdict))\n"
    text += root(report.root, of: roots)
    var asked = report.request.map { UseShape.rows($0) } ?? []
    if let binding = VerifyAnswer.unasked(report) {
      asked.append(["shown to", TerminalText.line(binding.audience)])
      asked.append(["nonce", TerminalText.line(binding.nonce)])
    }
    let shown = report.certificate.map { ClaimLabels.rows($0, type: report.type) } ?? []
    for rows in [asked, shown] {
      let width = rows.map { Table.width($0[0]) }.max() ?? 0
      for row in rows {
        text += "  \(row[0])\(spaces(width - Table.width(row[0])))  \(row[1])\n"
      }
    }
    return text + checks(report.checks.checks, accepted)
  }

  /// Of several roots the one that a file was judged under, which is not said of a single one.
  static func root(_ digest: Digest?, of roots: [Anchor]) -> String {
    guard let anchor = roots.first(where: { $0.root.sha256 == digest }) else {
      return digest.map { "  under the root \($0.base64url), which is only admitted\n" } ?? ""
    }
    guard roots.count > 1 else { return "" }
    let host = anchor.host.map { ", host \(TerminalText.line($0))" } ?? ""
    return "  under the root \(anchor.root.keyID)\(host)\n"
  }

  /// One line of JSON Lines that is no clear yes.
  static func line(
    _ number: Int, _ report: FileReport, _ verdict: CheckList.Verdict,
    _ accepted: Set<Check.Name>
  ) -> String {
    let open = report.checks.checks.filter {
      $0.result != .passed && !($0.result != .failed && accepted.contains($0.name))
    }
    return "  line \(number): \(word(verdict))\n" + checks(open, accepted)
  }

  /// `yes`, `no` or `cannot tell`.
  static func word(_ verdict: CheckList.Verdict) -> String {
    verdict == .cannotTell ? "cannot tell" : verdict.rawValue
  }

  /// The kind in words.
  private static func word(_ kind: FileKind) -> String {
    kind.rawValue.replacing("_", with: " ")
  }

  /// `passed`, `failed`, `not shown` or `erased`.
  static func word(_ result: Check.Result) -> String {
    result == .notShown ? "not shown" : result.rawValue
  }

  private static func checks(_ checks: [Check], _ accepted: Set<Check.Name>) -> String {
    var text = ""
    let width = max(9, checks.map(\.name.description.utf8.count).max() ?? 0)
    for check in checks {
      let result = word(check.result)
      let name = check.name.description
      text += "  \(result)\(spaces(9 - result.count))  \(name)\(spaces(width - name.count))  "
      text += TerminalText.line(check.text)
      if check.result != .passed, check.result != .failed, accepted.contains(check.name) {
        text += " (not demanded)"
      }
      text += "\n"
      // Two codes may come in the same words.
      var told: Set<String> = [check.text]
      for reason in check.reasons.dropFirst() where told.insert(reason.text).inserted {
        text += "\(spaces(width + 15))\(TerminalText.line(reason.text))\n"
      }
    }
    return text
  }

  private static func spaces(_ count: Int) -> String {
    String(repeating: " ", count: max(0, count))
  }
}
