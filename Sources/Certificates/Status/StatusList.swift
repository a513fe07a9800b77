/// The states of many copies, a few bits each. Nothing in it tells which copy an index is.
///
/// Spec: status.md, "List"; Token Status List, section 4.
public struct StatusList: Sendable, Equatable {
  /// How many bits each state has.
  public enum Width: Int, Sendable, CaseIterable {
    /// 0 or 1.
    case one = 1
    /// 0 to 3; ours.
    case two = 2
    /// 0 to 15.
    case four = 4
    /// 0 to 255.
    case eight = 8
  }

  /// The state of a copy that is in force.
  public static let valid: UInt8 = 0
  /// The state of a copy that ended, whatever the reason.
  public static let ended: UInt8 = 1
  /// The state of a copy that is suspended.
  public static let suspended: UInt8 = 2

  /// The most bytes of a list that is not compressed.
  public static let byteCountMax = 8 << 20
  /// The number of entries of our own lists.
  public static let ownCount = 1 << 20

  /// The bits of each entry.
  public let width: Width
  /// The entries, packed from the least significant bit of each byte.
  public private(set) var bytes: [UInt8]

  /// A list of entries that are all valid; the count is rounded up to whole bytes.
  ///
  /// Throws `status_too_large`.
  public init(width: Width = .two, count: Int = ownCount) throws(CertificatesError) {
    let perByte = 8 / width.rawValue
    guard (1...(Self.byteCountMax * perByte)).contains(count) else {
      throw CertificatesError(
        .statusTooLarge, "a status list has 1 entry to \(Self.byteCountMax) bytes of them")
    }
    self.width = width
    bytes = [UInt8](repeating: 0, count: (count + perByte - 1) / perByte)
  }

  /// Unpacks the bytes of `lst`.
  ///
  /// Every legal zlib stream is read, whatever its level and window. Throws `status_compression`,
  /// `status_checksum`, `status_trailing_bytes` or `status_too_large`; memory stays bounded.
  public init(width: Width, compressed: [UInt8]) throws(CertificatesError) {
    self.width = width
    bytes = try Deflate.decode(compressed, byteCountMax: Self.byteCountMax)
    guard !bytes.isEmpty else {
      throw CertificatesError(.statusCompression, "the status list has no entry")
    }
  }

  /// The bytes of `lst`: zlib at level 9.
  public func compressed() throws(CertificatesError) -> [UInt8] { try Deflate.encode(bytes) }

  /// The number of entries.
  public var count: Int { bytes.count * 8 / width.rawValue }

  /// The state at an index; nil outside the list, which never means valid.
  public subscript(index: Int) -> UInt8? {
    guard (0..<count).contains(index) else { return nil }
    let place = place(of: index)
    return bytes[place.byte] >> UInt8(place.shift) & mask
  }

  /// Sets the state at an index. Throws `status_index` or `status_value_range`.
  public mutating func set(_ state: UInt8, at index: Int) throws(CertificatesError) {
    guard (0..<count).contains(index) else {
      throw CertificatesError(.statusIndex, "the list has \(count) entries, counted from 0")
    }
    guard state <= mask else {
      throw CertificatesError(.statusValueRange, "the state has more than \(width.rawValue) bits")
    }
    let place = place(of: index)
    bytes[place.byte] =
      bytes[place.byte] & ~(mask << UInt8(place.shift)) | state << UInt8(place.shift)
  }

  /// How many entries have each state, by state.
  public func counts() -> [Int] {
    // One table for a whole byte: a list has a million entries and mostly one kind of byte.
    var byteCounts = [Int](repeating: 0, count: 256)
    for byte in bytes { byteCounts[Int(byte)] += 1 }
    var counts = [Int](repeating: 0, count: Int(mask) + 1)
    for (byte, number) in byteCounts.enumerated() where number > 0 {
      for shift in stride(from: 0, to: 8, by: width.rawValue) {
        counts[byte >> shift & Int(mask)] += number
      }
    }
    return counts
  }

  private var mask: UInt8 { UInt8(truncatingIfNeeded: (1 << width.rawValue) - 1) }

  private func place(of index: Int) -> (byte: Int, shift: Int) {
    let bit = index * width.rawValue
    return (bit / 8, bit % 8)
  }
}
