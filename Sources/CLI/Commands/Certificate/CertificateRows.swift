import Encoding
import Foundation
import Registry

/// Writes certificates to standard output one by one: a list may have millions.
final class CertificateRows {
  private static let columns = [
    "identifier", "type", "version", "state", "issuer", "issued_at", "index", "copies", "subjects",
    "batch",
  ]
  private static let writeBytes = 1 << 16

  private let format: OutputFormat
  private var bytes: [UInt8] = []
  private let limit: Int
  private(set) var count = 0
  /// Whether more was found than the limit lets through.
  private(set) var hasMore = false

  /// At most `limit` rows; 0 for all.
  init(_ format: OutputFormat, limit: Int) {
    self.format = format
    self.limit = limit
    switch format {
    case .json: bytes = Array("{\"certificates\":[".utf8)
    case .csv: bytes = Array((Self.columns.joined(separator: ",") + "\n").utf8)
    case .text: bytes = Self.line("state", "issued_at", "identifier")
    }
  }

  /// Writes a row; false when it is one too many.
  func add(_ certificate: StoredCertificate, batch: BatchID?) -> Bool {
    if limit > 0, count == limit {
      hasMore = true
      return false
    }
    switch format {
    case .json:
      if count > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += TerminalText.json(
        JSONValue.object(Self.object(certificate, batch)).canonicalBytes())
    case .csv:
      let object = Self.object(certificate, batch)
      let cells = Self.columns.map { Self.cell(object[$0]) }
      bytes += Table.csvRecord(cells)
    case .text:
      bytes += Self.line(
        certificate.state.rawValue, "\(certificate.issuedAt)", certificate.identifier.text)
    }
    count += 1
    if bytes.count >= Self.writeBytes { flush() }
    return true
  }

  func finish(hint: String) {
    if format == .json { bytes += Shape.end(hasMore: hasMore, hint: hint) }
    flush()
  }

  /// A row for people; a list of millions cannot wait for its widest cell.
  private static func line(_ state: String, _ time: String, _ identifier: String) -> [UInt8] {
    let state = state.padding(toLength: 11, withPad: " ", startingAt: 0)
    let time = time.padding(toLength: 24, withPad: " ", startingAt: 0)
    return Array("\(state)  \(time)  \(identifier)\n".utf8)
  }

  private func flush() {
    Console.write(bytes, to: STDOUT_FILENO)
    bytes.removeAll(keepingCapacity: true)
  }

  private static func object(_ certificate: StoredCertificate, _ batch: BatchID?) -> JSONObject {
    var object: JSONObject = [
      "copies": .integer(Int64(certificate.row.copies.count)),
      "identifier": .string(certificate.identifier.text),
      "index": .integer(Int64(certificate.index.value)),
      "issued_at": .string(certificate.issuedAt.description),
      "issuer": .string(certificate.issuerCode), "state": .string(certificate.state.rawValue),
      "subjects": .integer(Int64(certificate.row.subjects.count)),
      "type": .string(certificate.typeCode), "version": .integer(Int64(certificate.typeVersion)),
    ]
    if let batch { object["batch"] = .string(batch.description) }
    return object
  }

  private static func cell(_ value: JSONValue?) -> String {
    value?.stringValue ?? value?.integerValue.map { "\($0)" } ?? ""
  }
}
