import Certificates
import Cryptography
import Encoding
import Foundation
import Ledger
import Registry
import Rules
import Testing

/// What a requester takes of a provider that signs what was not asked for.
@Suite struct ReceiverTests {
  private let city: TestCity
  private let share: TestShare
  private let folder: TemporaryDirectory
  private let cards: [CertificateIdentifier]

  init() throws {
    city = try TestCity()
    cards = try city.issueCards(2)
    share = TestShare(city, cards[0], person: 0)
    folder = try TemporaryDirectory()
  }

  /// Asks, and releases what the provider signed, whatever it is.
  private func release(_ content: Material.Content) throws {
    #expect(try share.request().entry != nil)
    let registry = try city.base.open()
    let seal = try registry.signer(TestCity.police, use: .seal)
    let open = try registry.signer(TestCity.civil, use: .open)
    let material = try Material(
      content: content, claims: ["holders"],
      request: try #require(share.events[.shareRequested]), requester: TestCity.civil)
    let signed = try SignedMessage.sign(
      material.bytes, as: seal.identity, path: [try registry.keys.identity(.authority)],
      with: seal.key)
    share.material = (
      try EnclosedMessage.enclose(signed, to: open.identity), SHA256.hash(signed)
    )
    try registry.close()
    #expect(try share.release().entry != nil)
  }

  /// Takes what answers the newest request; an honest provider answers it now.
  private func take() throws -> Result<TakenRelease, ShareRefusal> {
    let registry = try city.base.open()
    defer { _ = Result { try registry.close() } }
    let releaser = try registry.releaser(TestCity.police)
    var newest = LeafIndex(0)
    try registry.forEachShare(ShareSearch()) { share throws(RegistryError) in
      newest = share.index
      return false
    }
    let step = try registry.write { writer throws(RegistryError) in
      try writer.release([ReleaseOrder(.entry(newest))], by: releaser)
    }
    let handed = try #require(try registry.handOut(step.acts, to: folder.path + "/outbox").first)
    let found = try Receiver(TestCity.civil, in: registry).take(
      [handed.path], to: folder.path + "/inbox")
    if let taken = found.taken.first { return .success(taken) }
    guard let refusal = found.refused.first else {
      throw RegistryError(.notFound, "nothing became of the file")
    }
    return .failure(refusal)
  }

  private func refusal() throws -> String? {
    if case .failure(let refusal) = try take() { refusal.code } else { nil }
  }

  @Test func `a file in a certificate's place is refused`() throws {
    try release(.file(.init(name: "a.pdf", mediaType: "application/pdf", bytes: [1])))
    #expect(try refusal() == "manifest")
  }

  @Test func `another person's certificate is refused`() throws {
    let registry = try city.base.open()
    let certificates = try registry.certificates()
    let other = try #require(try certificates.find(cards[1]))
    let copy = try #require(try certificates.view(other).copies.first).bytes
    try registry.close()
    try release(.certificate(copy))
    #expect(try refusal() == "certificate")
  }

  @Test func `many files are opened side by side, a bad one beside good ones`() throws {
    #expect(try share.request().entry != nil)
    _ = try take().get()
    let registry = try city.base.open()
    defer { _ = Result { try registry.close() } }
    let outbox = folder.path + "/outbox"
    let name = try #require(
      try FileManager.default.contentsOfDirectory(atPath: outbox).first { $0.hasSuffix(".p7m") })
    let stem = outbox + "/" + name.dropLast(4)
    var paths: [String] = []
    for number in 0..<100 {
      paths.append("\(outbox)/n\(number).p7m")
      try FileManager.default.copyItem(atPath: stem + ".p7m", toPath: paths[number])
      try FileManager.default.copyItem(
        atPath: stem + ".receipt.json", toPath: "\(outbox)/n\(number).receipt.json")
    }
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: paths[50]))
    let found = try Receiver(TestCity.civil, in: registry).take(paths, to: folder.path + "/many")
    #expect(found.taken.count == 99 && found.refused.count == 1)
    guard let refusal = found.refused.first else {
      Issue.record("the bad file was taken")
      return
    }
    #expect(refusal.code == "enclosed" && refusal.file == paths[50])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/many").count == 2)
  }

  @Test func `a copy that was changed is refused, the one asked for is taken`() throws {
    #expect(try share.request().entry != nil)
    let taken = try take().get()
    let copy = try BoundedFile.read(path: taken.path, maximumBytes: 1 << 20)
    try release(.certificate(copy))
    #expect(try refusal() == nil)
    let text = String(decoding: copy, as: UTF8.self)
    var parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let payload = String(decoding: try Base64URL.decode(parts[1]), as: UTF8.self)
      .replacing(TestCity.card, with: "11440300KH0002062C001")
    parts[1] = Base64URL.encode(Array(payload.utf8))
    try release(.certificate(Array(parts.joined(separator: ".").utf8)))
    #expect(try refusal() == "certificate")
  }
}
