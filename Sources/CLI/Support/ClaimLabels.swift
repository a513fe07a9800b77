import Certificates
import Encoding

/// A certificate's claims as lines for people: Chinese labels, values safe for a terminal.
///
/// Spec: metadata.md, "Claims of every certificate".
enum ClaimLabels {
  private static let standard: [(name: String, label: String)] = [
    ("name", "证照名称"), ("number", "证照编号"), ("identifier", "证照标识"),
    ("type_code", "证照类型代码"), ("issuing_authority", "证照颁发机构"),
    ("issue_date", "证照颁发日期"), ("holders", "持证主体"), ("valid_from", "有效期起始日期"),
    ("valid_until", "有效期截止日期"), ("previous_identifier", "关联证照标识"),
  ]

  /// Label and value of each claim shown: those of every certificate first, then the type's own.
  static func rows(_ certificate: UnverifiedCertificate, type: TypeFile?) -> [[String]] {
    var rows: [[String]] = []
    for (name, label) in standard {
      guard let value = certificate.claims[name] else { continue }
      if name == "holders", let holders = value.arrayValue {
        for (position, holder) in holders.enumerated() {
          let number = holders.count > 1 ? " \(position + 1)" : ""
          rows.append([label + number, self.holder(holder)])
        }
      } else if name == "issuing_authority" {
        rows.append([label, parts([value["name"], value["code"]])])
      } else {
        rows.append([label, text(value)])
      }
    }
    for member in certificate.ownClaims {
      let label = type?.metadata.label(of: [.member(member.name)], in: .chinese)
      rows.append([TerminalText.line(label ?? member.name, maximumLength: 40), text(member.value)])
    }
    return rows
  }

  private static func holder(_ value: JSONValue) -> String {
    parts([value["name"], value["code"]])
      + (value["code_type"]?.stringValue.map { " (\(TerminalText.line($0)))" } ?? "")
  }

  private static func parts(_ values: [JSONValue?]) -> String {
    values.compactMap { $0.map(text) }.joined(separator: " ")
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): TerminalText.line(text)
    case .array(let elements): elements.map(text).joined(separator: ", ")
    default: TerminalText.line(String(decoding: value.canonicalBytes(), as: UTF8.self))
    }
  }
}
