import Certificates
import Cryptography

/// Gives out places in the status lists of one department and type, each once for ever.
///
/// Counters are reserved durably, a block at a time, before any signature names one; what is not
/// used is lost with this value. Use it while the writer is lent only.
/// Spec: status.md, "List"; registry-on-disk.md, "Order of durability".
public final class StatusIndices {
  /// A place for one copy.
  public struct Place: Sendable {
    /// What the copy says.
    public let reference: StatusReference
    /// The id of the copy's row: list · 2^20 + counter.
    public let copyID: Int64
  }

  /// Counters of one list that are reserved and not given out.
  private final class Block {
    let list: StatusListRow
    var permutation: FeistelPermutation.Remembering
    var counters: Range<Int64>

    init(_ list: StatusListRow, _ permutation: FeistelPermutation, _ counters: Range<Int64>) {
      self.list = list
      self.permutation = FeistelPermutation.Remembering(permutation)
      self.counters = counters
    }

    func next() -> Place {
      let counter = counters.lowerBound
      counters = (counter + 1)..<counters.upperBound
      return Place(
        reference: StatusReference(index: Int(permutation(UInt64(counter))), uri: list.uri),
        copyID: list.id * StatusListRow.capacity + counter)
    }
  }

  private static let blockCount: Int64 = 1_024

  private let department: USCC
  private let type: TypeCode
  private let host: String
  private var blocks: [String: [Block]] = [:]
  /// By quarter: the number of the list in use.
  private var numbers: [String: Int] = [:]

  /// Nothing is reserved yet.
  public init(department: USCC, type: TypeCode, host: String) {
    self.department = department
    self.type = type
    self.host = host
  }

  /// Makes sure of places: the number for each quarter (`StatusListName.quarter`).
  func reserve(_ needed: [String: Int64], _ writer: Writer) throws(RegistryError) {
    for (quarter, count) in needed.sorted(by: { $0.key < $1.key }) {
      var missing = count - available(quarter)
      while missing > 0 {
        let reserved = try reserveBlock(quarter, max(missing, StatusIndices.blockCount), writer)
        missing -= reserved
      }
    }
  }

  /// The next place of a quarter for which `reserve` was called.
  func next(_ quarter: String) throws(RegistryError) -> Place {
    guard let block = blocks[quarter]?.first else {
      throw RegistryError(.internalFault, "no status index was reserved")
    }
    let place = block.next()
    if block.counters.isEmpty { blocks[quarter]?.removeFirst() }
    return place
  }

  private func available(_ quarter: String) -> Int64 {
    (blocks[quarter] ?? []).reduce(0) { $0 + Int64($1.counters.count) }
  }

  /// Reserves up to `count` counters of one list; returns how many.
  private func reserveBlock(
    _ quarter: String, _ count: Int64, _ writer: Writer
  ) throws(RegistryError) -> Int64 {
    let number = numbers[quarter] ?? 1
    let list = try list(quarter, number, writer)
    let counters = try writer.vault.reserve(list: list.id, count: count)
    guard !counters.isEmpty else {
      // The list is full: the next one takes over.
      numbers[quarter] = number + 1
      return 0
    }
    numbers[quarter] = number
    let key = try writer.cipher.open(list.secret, for: .statusList(list.id))
    do throws(CryptographyError) {
      let permutation = try FeistelPermutation(
        key: SecretBytes(copying: key), domain: UInt64(StatusListRow.capacity))
      blocks[quarter, default: []].append(
        Block(list, permutation, counters))
    } catch {
      throw RegistryError(error)
    }
    return Int64(counters.count)
  }

  private func list(
    _ quarter: String, _ number: Int, _ writer: Writer
  ) throws(RegistryError) -> StatusListRow {
    let name: StatusListName
    do throws(CertificatesError) {
      name = try StatusListName(
        department: department, type: type, quarter: quarter, number: number)
    } catch {
      throw RegistryError(.internalFault, "a status list cannot be named", cause: error)
    }
    let cipher = writer.cipher
    return try writer.vault.makeStatusList(uri: name.uri(host: host)) { id throws(RegistryError) in
      try cipher.seal(try cipher.randomBytes(32), for: .statusList(id))
    }
  }
}
