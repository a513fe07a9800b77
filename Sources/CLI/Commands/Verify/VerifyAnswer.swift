import Certificates
import Cryptography
import Encoding
import Verification

/// The answer of `kanhe verify` as it grows, file by file.
struct VerifyAnswer {
  /// The most lines of one file of which every check is told; the others are counted.
  static let lineCountMax = 1000

  let time: Timestamp
  let anchors: [Anchor]
  let accepted: Set<Check.Name>
  private(set) var verdict = CheckList.Verdict.yes
  /// Whether something was not shown that an export has.
  private(set) var lacksEvidence = false
  private var fileObjects: [JSONValue] = []
  private var fileTexts: [String] = []
  /// What was proven in all files.
  private var register = DeliveryRegister()

  init(time: Timestamp, anchors: [Anchor], accepted: Set<Check.Name>) {
    self.time = time
    self.anchors = anchors
    self.accepted = accepted
  }

  /// A paragraph for each file, and the answer as the last line.
  var text: String {
    fileTexts.joined(separator: "\n") + "\n\(VerifyText.word(verdict))\n"
  }

  var json: JSONValue {
    var object: JSONObject = [
      "at": .string("\(time)"), "verdict": .string(verdict.rawValue),
      "files": .array(fileObjects),
    ]
    if anchors.count == 1 { object["root_sha256"] = .string(anchors[0].root.keyID) }
    return .object(object)
  }

  /// Judges a file and takes up what was found.
  mutating func add(
    _ input: VerifyInput, _ verifier: FileVerifier, _ console: Console
  ) throws {
    switch input.content {
    case .file(let file):
      add(
        register.compared(verifier.report(on: file), on: file), path: input.path,
        isText: console.format == .text)
    case .unreadable(let fault):
      add(FileReport(unreadable: fault), path: input.path, isText: console.format == .text)
    case .lines(let source, let beginning):
      let lines = DeliveryLines(source, beginning: beginning)
      try add(lines, path: input.path, verifier, console)
    }
  }

  /// The evidence that an export has, by the codes of what is not shown without it.
  private static let exported: Set<String> = [
    "trust_list_missing", "type_file_not_given", "status_missing", "admitted_evidence_missing",
  ]

  private mutating func take(evidenceOf report: FileReport) {
    lacksEvidence =
      lacksEvidence
      || report.checks.checks.contains { check in
        check.result == .notShown && !accepted.contains(check.name)
          && check.reasons.contains { Self.exported.contains($0.code) }
      }
  }

  private mutating func take(_ other: CheckList.Verdict) {
    if other == .no || verdict == .no {
      verdict = .no
    } else if other == .cannotTell {
      verdict = .cannotTell
    }
  }

  private mutating func add(_ report: FileReport, path: String, isText: Bool) {
    let own = report.verdict(notDemanding: accepted)
    take(own)
    take(evidenceOf: report)
    if isText {
      fileTexts.append(VerifyText.file(path, report, own, accepted, roots: anchors))
      return
    }
    var object: JSONObject = [
      "file": .string(path), "kind": .string(report.kind.rawValue),
      "verdict": .string(own.rawValue), "checks": Self.checks(report, accepted: accepted),
    ]
    object["certificate"] = report.certificate.map { certificate($0, report.type) }
    object["request"] = report.request.map { .object(UseShape.request($0)) }
    if let binding = VerifyAnswer.unasked(report) {
      object["audience"] = .string(binding.audience)
      object["nonce"] = .string(binding.nonce)
    }
    if let root = report.root,
      anchors.count > 1 || !anchors.contains(where: { $0.root.sha256 == root })
    {
      object["root_sha256"] = .string(root.base64url)
    }
    fileObjects.append(.object(object))
  }

  /// What somebody showed unasked is for.
  static func unasked(_ report: FileReport) -> (audience: String, nonce: String)? {
    guard report.kind == .presentation, report.request == nil else { return nil }
    return report.certificate?.unverifiedBinding.map { ($0.audience, $0.nonce) }
  }

  // MARK: JSON Lines

  /// Counts all lines; tells only of those that are no clear yes.
  private mutating func add(
    _ lines: DeliveryLines<some ByteSource>, path: String, _ verifier: FileVerifier,
    _ console: Console
  ) throws {
    var lines = lines
    var counts: [CheckList.Verdict: Int] = [:]
    var told: [JSONValue] = []
    var tail = ""
    var repeatedCount = 0
    // Copies are counted once in each file; the same file may be given twice.
    var copies = DeliveryRegister()
    var roots: [Digest] = []
    let progress = Progress("verify", console: console)
    defer { progress.finish() }
    while let line = try next(&lines, &counts, &told, &tail) {
      let file = KnownFile(recognising: line)
      let report = VerifyAnswer.onlyDelivery(
        register.compared(verifier.report(on: file), on: file))
      let own = report.verdict(notDemanding: accepted)
      if own == .yes, !copies.isFirst(report) {
        repeatedCount += 1
      } else {
        counts[own, default: 0] += 1
      }
      take(evidenceOf: report)
      if own == .yes, let root = report.root, !roots.contains(root) { roots.append(root) }
      progress.update(done: lines.number, total: nil)
      guard own != .yes, told.count < Self.lineCountMax else { continue }
      told.append([
        "line": .integer(Int64(lines.number)), "kind": .string(report.kind.rawValue),
        "verdict": .string(own.rawValue), "checks": Self.checks(report, accepted: accepted),
      ])
      tail += VerifyText.line(lines.number, report, own, accepted)
    }
    for own in counts.keys { take(own) }
    let total = LineCounts(counts, repeated: repeatedCount)
    let untold = total.open - told.count
    if console.format == .text {
      fileTexts.append(
        linesText(path, total, tail, untold: untold, roots))
    } else {
      fileObjects.append(linesObject(path, total, told, untold: untold, roots))
    }
  }

  /// A line of another kind is no certificate, however good it is as what it is.
  private static func onlyDelivery(_ report: FileReport) -> FileReport {
    if report.kind == .delivery || report.kind == .unknown { return report }
    return FileReport(
      unreadable: KnownFile.Fault(
        code: "not_a_delivery", message: "the line is a \(report.kind.rawValue), no delivery"))
  }

  /// The next line; a line that cannot be read ends the file, which is then not clear.
  private func next(
    _ lines: inout DeliveryLines<some ByteSource>, _ counts: inout [CheckList.Verdict: Int],
    _ told: inout [JSONValue], _ tail: inout String
  ) throws -> [UInt8]? {
    do throws(EncodingError) {
      return try lines.next()
    } catch {
      counts[.cannotTell, default: 0] += 1
      let number = Int64(lines.number + 1)
      told.append([
        "line": .integer(number), "kind": "unknown", "verdict": "cannot_tell",
        "checks": [
          [
            "name": "format", "result": "not_shown", "text": .string(error.message),
            "demanded": true,
          ]
        ],
      ])
      tail += "  line \(number): cannot tell: \(error.message)\n"
      return nil
    }
  }

  private func linesText(
    _ path: String, _ counts: LineCounts, _ tail: String, untold: Int, _ roots: [Digest]
  ) -> String {
    var text = "\(TerminalText.line(path)): deliveries: \(VerifyText.word(counts.verdict))\n"
    for root in roots { text += VerifyText.root(root, of: anchors) }
    text += tail
    if untold > 0 { text += "  … and \(untold) more\n" }
    return text + "  \(counts.text)\n"
  }

  private func linesObject(
    _ path: String, _ counts: LineCounts, _ told: [JSONValue], untold: Int, _ roots: [Digest]
  ) -> JSONValue {
    var object: JSONObject = [
      "file": .string(path), "kind": .string(FileKind.deliveries.rawValue),
      "verdict": .string(counts.verdict.rawValue), "counts": .object(counts.json),
      "lines": .array(told),
    ]
    object.tellMore(untold > 0, "all are counted: verify the other lines in a file of their own")
    if anchors.count > 1 {
      object["roots_sha256"] = .array(roots.map { .string($0.base64url) })
    }
    return .object(object)
  }

  /// How the lines of a file came out.
  private struct LineCounts {
    let yes: Int
    let no: Int
    let unclear: Int
    /// Lines with a copy that was a yes in a line before.
    let repeated: Int

    init(_ counts: [CheckList.Verdict: Int], repeated: Int) {
      yes = counts[.yes, default: 0]
      no = counts[.no, default: 0]
      unclear = counts[.cannotTell, default: 0]
      self.repeated = repeated
    }

    /// Those that are no yes.
    var open: Int { no + unclear }

    var verdict: CheckList.Verdict { no > 0 ? .no : (unclear > 0 ? .cannotTell : .yes) }

    var text: String {
      let text = "\(yes) yes, \(no) no, \(unclear) cannot tell"
      return repeated > 0 ? text + ", \(repeated) of a copy counted before" : text
    }

    var json: JSONObject {
      var object: JSONObject = [
        "yes": .integer(Int64(yes)), "no": .integer(Int64(no)),
        "cannot_tell": .integer(Int64(unclear)),
      ]
      if repeated > 0 { object["repeated"] = .integer(Int64(repeated)) }
      return object
    }
  }

  // MARK: Shapes

  static func checks(_ report: FileReport, accepted: Set<Check.Name>) -> JSONValue {
    .array(
      report.checks.checks.map { check in
        var object: JSONObject = [
          "name": .string(check.name.description), "result": .string(check.result.rawValue),
          "text": .string(check.text), "demanded": .boolean(!accepted.contains(check.name)),
        ]
        object["code"] = check.reasons.first.map { .string($0.code) }
        if check.reasons.count > 1 {
          object["more"] = .array(
            check.reasons.dropFirst().map {
              ["code": .string($0.code), "text": .string($0.text)]
            })
        }
        return .object(object)
      })
  }

  private func certificate(
    _ certificate: UnverifiedCertificate, _ type: TypeFile?
  ) -> JSONValue {
    var object: JSONObject = [
      "type": .string(certificate.type), "issuer": .string(certificate.issuer),
      "valid_from": .string(Timestamp(seconds: certificate.notBefore).day.description),
      "claims": .object(Self.claims(certificate)),
    ]
    object["identifier"] = certificate.identifier.map(JSONValue.string)
    object["valid_until"] = certificate.expiresAt.map {
      .string(Timestamp(seconds: $0 - 1).day.description)
    }
    object["name"] = (certificate.claims["name"]?.stringValue ?? type?.name(in: .chinese)).map(
      JSONValue.string)
    return .object(object)
  }

  /// What the file discloses; the token's own members stand beside it already.
  static func claims(_ certificate: UnverifiedCertificate) -> JSONObject {
    var claims = JSONObject()
    for member in certificate.claims
    where !CertificateProfile.visibleNames.contains(member.name) && member.name != "vct#integrity" {
      claims.append(member.name, member.value)
    }
    return claims
  }
}
