import Certificates
import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Testing

@Suite struct IssueTests {
  /// The deliveries of a file, each read as its subject would.
  static func deliveries(_ path: String) throws -> [Delivery] {
    try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: 0x0A)
      .map { try Delivery(parsing: Array($0)) }
  }

  static func identifier(_ delivery: Delivery) -> String? {
    delivery.receipt.disclosures.first { $0.name == "certificate" }?
      .value["identifier"]?.stringValue
  }

  @Test func `every row becomes a certificate, an entry and a delivery`() throws {
    let city = try TestCity()
    try CardSheet(0..<40).write(to: city.file("cards.csv"))
    let registry = try city.base.open()
    let before = try registry.ledger.size()
    let report = try city.issue(city.file("cards.csv"), to: city.file("o.jsonl"), in: registry)
    #expect(report.issuedCount == 40 && report.copyCount == 40 && report.record.refusedCount == 0)
    #expect(try registry.ledger.size().value == before.value + 40)
    let deliveries = try Self.deliveries(city.file("o.jsonl"))
    #expect(Set(deliveries.compactMap(Self.identifier)).count == 40)
    for delivery in deliveries {
      #expect(
        delivery.receipt.disclosures.map(\.name) == ["certificate", "subject_1", "copy_1"])
      let proof = delivery.receipt.proof
      let head = try #require(report.checkpoint?.head)
      try InclusionProof(index: proof.index, size: head.size, path: proof.path)
        .verify(leafHash: delivery.receipt.entry.leafHash, root: head.root)
    }
    let rows = try registry.vault.certificates(after: 0, limit: 100, type: nil, subject: nil)
    #expect(rows.count == 40)
    let copies = rows.flatMap(\.copies)
    #expect(Set(copies).count == 40)
    let ranges = try BatchRange.ranges(registry.vault, from: 1, limit: 10)
    #expect(ranges.map(\.batch) == [report.batch])
    #expect(BatchID(report.batch.description) == report.batch)
    try registry.close()
  }

  @Test func `a job whose seal is retired meanwhile stops, and goes on with the newer one`() throws
  {
    let city = try TestCity()
    try CardSheet(0..<4).write(to: city.file("cards.csv"))
    let registry = try city.base.open()
    let old = try registry.signer(TestCity.police, use: .seal).identity.sha256
    var watch = IssueWatch(progress: { done, _ in
      guard done == 2 else { return }
      do {
        let other = try city.base.open()
        _ = try other.rotate(TestCity.police, generating: [.seal], retiring: nil)
        try other.close()
      } catch {
        Issue.record(error)
      }
    })
    watch.batchCount = 2
    let issue = { (watch: IssueWatch) throws in
      try city.issue(city.file("cards.csv"), to: city.file("o.jsonl"), watch: watch, in: registry)
    }
    let error = #expect(throws: RegistryError.self) { try issue(watch) }
    #expect(error?.code == .unknownIdentity)
    #expect(try Self.deliveries(city.file("o.jsonl")).count == 2)
    #expect(try issue(IssueWatch()).record.copyCount == 4)
    let seals = try Self.deliveries(city.file("o.jsonl")).map { delivery in
      let copy = try UnverifiedCertificate(parsing: delivery.copy, keyBinding: .refused)
      return SHA256.hash(copy.token.identities[0])
    }
    #expect(seals.map { $0 == old } == [true, true, false, false])
    try registry.close()
  }

  @Test func `lines follow the order of issuing, which is not that of the file`() throws {
    let city = try TestCity()
    try CardSheet(0..<60).write(to: city.file("cards.csv"))
    _ = try city.issue(city.file("cards.csv"), to: city.file("o.jsonl"))
    let deliveries = try Self.deliveries(city.file("o.jsonl"))
    let indices = deliveries.map(\.receipt.entry.index)
    #expect(indices == indices.sorted())
    let codes = deliveries.compactMap {
      $0.receipt.disclosures.first { $0.name == "subject_1" }?.value["code"]?.stringValue
    }
    #expect(codes != (0..<60).map(CardSheet.citizenNumber))
    #expect(Set(codes) == Set((0..<60).map(CardSheet.citizenNumber)))
  }

  @Test func `two holders get a copy each, with their own thread and nothing of the other's`()
    throws
  {
    let city = try TestCity()
    let sheet = """
      number,holder_1_name,holder_1_code,holder_1_code_type,holder_2_name,holder_2_code,\
      holder_2_code_type,valid_from,registered_on,registered_at
      J440305-2026-000000000,甲,\(CardSheet.citizenNumber(1)),111,乙,\(CardSheet.citizenNumber(2)),\
      111,2026-05-11,2026-05-11,南山
      """
    try Data(sheet.utf8).write(to: URL(fileURLWithPath: city.file("m.csv")))
    let report = try city.issue(
      city.file("m.csv"), type: TestCity.marriage, to: city.file("folder"))
    #expect(report.issuedCount == 1 && report.copyCount == 2)
    let identifier = try #require(report.identifiers.first)
    var threads: Set<String> = []
    for copy in 1...2 {
      let bytes = try Data(
        contentsOf: URL(fileURLWithPath: city.file("folder/\(identifier).\(copy).json")))
      let delivery = try Delivery(parsing: Array(bytes))
      #expect(
        delivery.receipt.disclosures.map(\.name)
          == ["certificate", "subject_\(copy)", "copy_\(copy)"])
      let tags = delivery.receipt.entry.tags
      let subject = delivery.subjectThread
      #expect(tags.contains(subject.key.tag(subject.number)))
      threads.insert(subject.key.secretText)
    }
    #expect(threads.count == 2)
  }

  @Test func `a subject's numbers count its certificates, also within one batch`() throws {
    let city = try TestCity()
    let code = CardSheet.citizenNumber(7)
    func row(_ number: Int) -> String {
      "J440305-2026-00000000\(number),甲,\(code),111,2026-05-11,2026-05-11,南山"
    }
    let header =
      "number,holder_1_name,holder_1_code,holder_1_code_type,valid_from,registered_on,registered_at"
    for (name, numbers) in [("a", [1, 2, 3]), ("b", [4])] {
      let text = ([header] + numbers.map(row)).joined(separator: "\n")
      try Data(text.utf8).write(to: URL(fileURLWithPath: city.file("\(name).csv")))
      _ = try city.issue(
        city.file("\(name).csv"), type: TestCity.marriage, to: city.file("\(name).jsonl"))
    }
    let numbers = try ["a", "b"].flatMap { try Self.deliveries(city.file("\($0).jsonl")) }
      .map { $0.subjectThread.number }
    #expect(numbers == [1, 2, 3, 4])
  }

  @Test func `values of a certificate in force are refused row by row`() throws {
    let city = try TestCity()
    try CardSheet(0..<10).write(to: city.file("a.csv"))
    try CardSheet(5..<12).write(to: city.file("b.csv"))
    _ = try city.issue(city.file("a.csv"), to: city.file("a.jsonl"))
    let second = try city.issue(city.file("b.csv"), to: city.file("b.jsonl"))
    #expect(second.issuedCount == 2)
    #expect(second.refused.map(\.line) == [2, 3, 4, 5, 6])
    #expect(second.refused.allSatisfy { $0.code == "not_unique" && $0.column == "number" })
    #expect(try Self.deliveries(city.file("b.jsonl")).count == 2)
    // Nothing at all enters, and that is remembered too.
    try CardSheet(0..<3).write(to: city.file("c.csv"))
    #expect(try city.issue(city.file("c.csv"), to: city.file("c.jsonl")).record.refusedCount == 3)
    let again = try city.issue(city.file("c.csv"), to: city.file("c.jsonl"))
    #expect(again.isResumed && again.issuedCount == 0 && again.record.refusedCount == 3)
  }

  @Test func `a department that the type does not list learns nothing and leaves nothing`() throws {
    let city = try TestCity()
    try CardSheet(0..<2).write(to: city.file("a.csv"))
    _ = try city.issue(city.file("a.csv"), to: city.file("a.jsonl"))
    // One number is in force, the other is not: both answers are the same.
    for person in [1, 7] {
      try CardSheet(person..<(person + 1)).write(to: city.file("probe.csv"))
      let registry = try city.base.open()
      let size = try registry.ledger.size()
      let lists = try registry.vault.statusLists().map(\.uri)
      let type = try registry.typeFile(try TypeCode(TestCity.card), version: nil)
      let claims = try ClaimsFile(path: city.file("probe.csv"), form: .sheet(.utf8)).check(type)
      let error = #expect(throws: RegistryError(.refused, "")) {
        try registry.issue(
          IssueOrder(
            department: TestCity.civil, type: type, claims: claims,
            target: DeliveryTarget(path: city.file("probe.jsonl"))))
      }
      #expect((error?.cause as? RuleRefusal)?.codes == [.typeIssuer])
      #expect(try registry.ledger.size() == size)
      #expect(try registry.vault.statusLists().map(\.uri) == lists)
      #expect(!FileManager.default.fileExists(atPath: city.file("probe.jsonl")))
      try registry.close()
    }
  }

  @Test func `deliveries go into no file that others read, and through no link`() throws {
    let city = try TestCity()
    try CardSheet(0..<1).write(to: city.file("a.csv"))
    let (path, link) = (city.file("a.jsonl"), city.file("link.jsonl"))
    for name in [path, city.file("else")] {
      #expect(FileManager.default.createFile(atPath: name, contents: nil))
      try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: name)
    }
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: city.file("else"))
    #expect(throws: RegistryError(.outputForeign, "")) {
      try city.issue(city.file("a.csv"), to: link)
    }
    _ = try city.issue(city.file("a.csv"), to: path)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    #expect(try Self.deliveries(path).count == 1)
  }

  @Test(arguments: Writer.DurableStep.allCases)
  func `refused rows that may be issued now are issued once, killed or not`(
    step: Writer.DurableStep
  ) throws {
    let city = try TestCity()
    var watch = IssueWatch()
    watch.batchCount = 2
    let cards = city.file("cards.csv")
    try CardSheet(0..<5).write(to: cards)
    let first = try city.issue(cards, to: city.file("cards.jsonl"))
    let again = city.file("again.csv")
    try CardSheet(0..<6).write(to: again)
    let target = city.file("again.jsonl")
    let refused = try city.issue(again, to: target, watch: watch)
    #expect(refused.issuedCount == 1 && refused.record.refusedCount == 5)
    for card in first.identifiers.dropFirst() {
      #expect(try city.step(try CertificateIdentifier(card), to: .cancelled) == nil)
    }
    let registry = try city.base.open()
    try registry.write { writer throws(RegistryError) in
      writer.probe = { reached throws(RegistryError) in
        if reached == step { throw RegistryError(.internalFault, "killed") }
      }
    }
    #expect(throws: RegistryError(.internalFault, "")) {
      try city.issue(again, to: target, watch: watch, in: registry)
    }
    for _ in 0..<2 {
      let report = try city.issue(again, to: target, watch: watch)
      #expect(report.record.issuedCount == 5 && report.record.refusedCount == 1)
      #expect(report.refused.map(\.code) == ["not_unique"])
      #expect(report.refused.first?.message.hasPrefix(first.identifiers[0]) == true)
    }
    let lines = try String(contentsOfFile: target, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 5 && Set(lines).count == 5)
  }

  @Test func `the same file again issues nothing and puts lost deliveries back`() throws {
    let city = try TestCity()
    try CardSheet(0..<30).write(to: city.file("cards.csv"))
    let out = city.file("o.jsonl")
    let first = try city.issue(city.file("cards.csv"), to: out)
    let whole = try Self.deliveries(out)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: out))
    bytes.removeLast(10_000)
    try bytes.write(to: URL(fileURLWithPath: out))
    let second = try city.issue(city.file("cards.csv"), to: out)
    #expect(second.batch == first.batch && second.issuedCount == 0 && second.isResumed)
    #expect(second.alreadyIssuedCount == 30)
    let completed = try Self.deliveries(out)
    #expect(completed.map(\.copy) == whole.map(\.copy))
    #expect(completed.map(\.subjectThread) == whole.map(\.subjectThread))
    // Into a folder: all of them.
    _ = try city.issue(city.file("cards.csv"), to: city.file("folder"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: city.file("folder")).count == 30)
  }

  @Test func `an output that holds something else is left alone`() throws {
    let city = try TestCity()
    try CardSheet(0..<3).write(to: city.file("cards.csv"))
    let out = city.file("o.jsonl")
    try Data("my notes\n".utf8).write(to: URL(fileURLWithPath: out))
    #expect(throws: RegistryError(.outputExists, "")) {
      try city.issue(city.file("cards.csv"), to: out)
    }
    _ = try city.issue(city.file("cards.csv"), to: city.file("p.jsonl"))
    #expect(throws: RegistryError(.outputForeign, "")) {
      try city.issue(city.file("cards.csv"), to: out)
    }
    #expect(try String(contentsOfFile: out, encoding: .utf8) == "my notes\n")
  }

  @Test func `JSON, one object or one in each line, gives the same certificates as a sheet`() throws
  {
    let city = try TestCity()
    func object(_ person: Int) -> String {
      let code = CardSheet.citizenNumber(person)
      return """
        {"number":"\(code)","holders":[{"name":"甲","code":"\(code)","code_type":"111"}],\
        "valid_from":"2026-11-01","sex":"女","ethnicity":"汉","birth_date":"1990-01-01",\
        "address":"广东省深圳市"}
        """
    }
    let one = object(1).replacingOccurrences(of: ",", with: ",\n ")
    try Data(one.utf8).write(to: URL(fileURLWithPath: city.file("one.json")))
    let single = try city.issue(city.file("one.json"), .json, to: city.file("one"))
    #expect(single.issuedCount == 1 && single.identifiers.count == 1)
    let many = (2..<5).map(object).joined(separator: "\r\n") + "\n\n"
    try Data(many.utf8).write(to: URL(fileURLWithPath: city.file("many.json")))
    let report = try city.issue(city.file("many.json"), .json, to: city.file("many.jsonl"))
    #expect(report.issuedCount == 3)
  }

  @Test func `a full status list is followed by the next, and no index is given out twice`() throws
  {
    let city = try TestCity()
    try CardSheet(0..<4).write(to: city.file("a.csv"))
    try CardSheet(4..<40).write(to: city.file("b.csv"))
    _ = try city.issue(city.file("a.csv"), to: city.file("a.jsonl"))
    let registry = try city.base.open()
    let lists = try registry.vault.statusLists()
    #expect(lists.count == 3)
    for list in lists {
      // All but five are burnt.
      let left = StatusListRow.capacity - list.next
      _ = try registry.vault.reserve(list: list.id, count: left - 5)
    }
    _ = try city.issue(city.file("b.csv"), to: city.file("b.jsonl"), in: registry)
    let rows = try registry.vault.certificates(after: 0, limit: 100, type: nil, subject: nil)
    #expect(Set(rows.flatMap(\.copies)).count == 40)
    let uris = try registry.vault.statusLists().map(\.uri)
    #expect(uris.count == 6 && uris.count { $0.hasSuffix("/2") } == 3)
    let places = try (Self.deliveries(city.file("a.jsonl")) + Self.deliveries(city.file("b.jsonl")))
      .compactMap { $0.receipt.disclosures.first { $0.name == "copy_1" }?.value["status"] }
      .map { "\($0["uri"]?.stringValue ?? "") \($0["idx"] ?? .null)" }
    #expect(Set(places).count == 40)
    try registry.close()
  }
}
