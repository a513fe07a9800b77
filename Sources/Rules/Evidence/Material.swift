import Cryptography
import Encoding

/// What one department hands to another in answer to a request, before it is signed and enclosed.
///
/// Well formed, and no more. Spec: material.md, "Content".
public struct Material: Sendable, Hashable {
  /// What is handed over.
  public enum Content: Sendable, Hashable {
    /// A copy with the disclosures of the claims, ASCII.
    case certificate([UInt8])
    /// A file that is no certificate.
    case file(File)
  }

  /// A file that is no certificate.
  public struct File: Sendable, Hashable {
    /// What it is called, without a folder.
    public let name: String
    /// Its media type (RFC 6838), such as `application/pdf`.
    public let mediaType: String
    /// What it holds.
    public let bytes: [UInt8]

    /// A file. Its form is checked by ``Material/init(content:claims:request:requester:)``.
    public init(name: String, mediaType: String, bytes: [UInt8]) {
      self.name = name
      self.mediaType = mediaType
      self.bytes = bytes
    }
  }

  /// The value of the member `kind`.
  public static let kind = "kanhe-material"
  /// The most bytes of a material.
  public static let byteCountMax = 24 << 20
  /// The most bytes of a file.
  public static let fileByteCountMax = 16 << 20

  /// What is handed over.
  public let content: Content
  /// The names of the claims that are handed over.
  public let claims: [String]
  /// The event that asked for it.
  public let request: EventID
  /// The USCC of the department that asked.
  public let requester: String

  /// Joins what is handed over with what it answers.
  ///
  /// Throws `malformedMaterial` for an empty or too large content, a name of a file that could lead
  /// elsewhere, claims that are none or repeated, and codes of another form.
  public init(
    content: Content, claims: [String], request: EventID, requester: String
  ) throws(RulesError) {
    self.content = content
    self.claims = claims
    self.request = request
    self.requester = requester
    guard MemberForm.claimNames.matches(.array(claims.map(JSONValue.string))),
      Set(claims).count == claims.count
    else { throw Material.malformed("1 to 128 claims are handed over, each once", "claims") }
    guard MemberForm.department.matches(.string(requester)), DepartmentURI(request.issuer) != nil
    else { throw Material.malformed("the manifest names no department", "manifest") }
    switch content {
    case .certificate(let copy): try EvidenceText.checkCopy(copy, else: .malformedMaterial)
    case .file(let file): try Material.check(file)
    }
  }

  private static func check(_ file: File) throws(RulesError) {
    guard !file.bytes.isEmpty, file.bytes.count <= fileByteCountMax else {
      throw malformed("a file has 1 byte to 16 MiB", "file.bytes")
    }
    guard MemberForm.text(max: 255).matches(.string(file.name)), !file.name.hasPrefix("."),
      !file.name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") })
    else {
      throw malformed(
        "a file's name has 1 to 255 bytes, no folder, and does not begin with a full stop",
        "file.name")
    }
    let isToken = file.mediaType.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    guard isToken, MemberForm.text(max: 127).matches(.string(file.mediaType)),
      file.mediaType.utf8.count(where: { $0 == UInt8(ascii: "/") }) == 1
    else { throw malformed("the media type is one such as application/pdf", "file.media_type") }
  }

  private static func malformed(_ message: String, _ place: String) -> RulesError {
    RulesError(.malformedMaterial, message, at: "material.\(place)")
  }

  /// The content as canonical JSON: what is signed.
  public var bytes: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 4096)
    switch content {
    case .certificate(let copy):
      writer.raw("{\"certificate\":")
      writer.string(plain: copy)
    case .file(let file):
      writer.raw("{\"file\":")
      let object: JSONObject = [
        "bytes": .string(Base64URL.encode(file.bytes)), "media_type": .string(file.mediaType),
        "name": .string(file.name),
      ]
      writer.raw(JSONValue.object(object).canonicalBytes())
    }
    let manifest: JSONObject = [
      "claims": .array(claims.map(JSONValue.string)),
      "request": request.value, "requester": .string(requester),
    ]
    writer.raw(",\"kind\":\"kanhe-material\",\"manifest\":")
    writer.raw(JSONValue.object(manifest).canonicalBytes())
    writer.raw("}")
    return writer.bytes
  }

  /// Reads a material in its only form, canonical JSON without a newline. Throws
  /// `malformedMaterial`.
  public init(parsing bytes: [UInt8]) throws(RulesError) {
    let value = try EvidenceText.value(
      bytes, maximumBytes: Material.byteCountMax, else: .malformedMaterial)
    do {
      var reader = try ObjectReader(value, at: "material")
      _ = try reader.requireString("kind", oneOf: [Material.kind])
      let copy = try reader.optionalString("certificate")
      let file = try reader.optionalReader("file").map(Material.file)
      var manifest = try reader.requireReader("manifest")
      let claims = try manifest.requireStrings("claims")
      var request = try manifest.requireReader("request")
      let id = EventID(
        issuer: try request.requireString("iss"),
        number: try Digest(bytes: try request.requireBytes("jti")))
      let requester = try manifest.requireString("requester")
      try request.finish()
      try manifest.finish()
      try reader.finish()
      let content: Content
      switch (copy, file) {
      case (let copy?, nil): content = .certificate(Array(copy.utf8))
      case (nil, let file?): content = .file(file)
      default: throw Material.malformed("it has a certificate or a file, one of them", "kind")
      }
      try self.init(content: content, claims: claims, request: id, requester: requester)
    } catch let error as RulesError {
      throw error
    } catch {
      throw RulesError(
        .malformedMaterial, "this is no material: \(EvidenceText.reason(error))", cause: error)
    }
    guard self.bytes == bytes else {
      throw RulesError(
        .malformedMaterial, "the material is not canonical JSON; take it as it was signed")
    }
  }

  private static func file(_ reader: ObjectReader) throws -> File {
    var reader = reader
    let file = File(
      name: try reader.requireString("name"),
      mediaType: try reader.requireString("media_type"),
      bytes: try reader.requireBytes("bytes"))
    try reader.finish()
    return file
  }
}
