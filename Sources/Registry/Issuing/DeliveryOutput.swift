import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

/// Where deliveries go.
public enum DeliveryTarget: Sendable, Hashable {
  /// A file, one delivery in each line, in the order of issuing.
  case lines(String)
  /// A folder with a file `<identifier>.<copy>.json` for each.
  case folder(String)

  /// A path that ends in `.jsonl` is a file, any other a folder.
  public init(path: String) {
    self = path.hasSuffix(".jsonl") ? .lines(path) : .folder(path)
  }

  /// The path.
  public var path: String {
    switch self {
    case .lines(let path), .folder(let path): path
    }
  }
}

/// One delivery as it will be written.
struct DeliveryText: Sendable {
  /// `<identifier>.<copy>`, copies counted from 1.
  let name: String
  /// The bytes with a newline at the end.
  let bytes: [UInt8]
}

/// Keeps deliveries; what `write` was given is durable when `synchronize` returns.
protocol DeliveryOutput: AnyObject {
  /// Whether the output had a copy when last looked at, by name and combined form.
  func has(name: String, copy: [UInt8]) -> Bool
  /// How many deliveries were there when last looked at; 0 where each has a name of its own, so
  /// that no other job's can be touched.
  var knownCount: Int { get }
  /// Takes an empty output away that was made for nothing.
  func finish() throws(RegistryError)
  /// Looks again at what is there, after deliveries were written.
  func refresh() throws(RegistryError)
  /// Appends deliveries; throws `diskFull`, `inputOutput`, `notWritable`.
  func write(_ deliveries: [DeliveryText]) throws(RegistryError)
  /// Makes durable what was written; throws the same.
  func synchronize() throws(RegistryError)
}

extension DeliveryTarget {
  /// Opens the output for one process alone.
  ///
  /// With `isResuming` what is there is completed; without, a file with anything in it is refused.
  /// Throws `outputExists`, `outputForeign`, `outputBusy`, `notWritable`, `notFound`,
  /// `inputOutput`.
  func open(isResuming: Bool) throws(RegistryError) -> any DeliveryOutput {
    switch self {
    case .lines(let path): try DeliveryLines(path: path, isResuming: isResuming)
    case .folder(let path): try DeliveryFolder(path: path)
    }
  }
}

/// Makes the deliveries of certificates that entered.
struct DeliveryMaker: Sendable {
  let signerPath: SignerPath

  /// One delivery for each copy, opened for its subject alone.
  func deliveries(
    _ issued: IssuedCertificate, proof: TlogProof
  ) throws(RegistryError) -> [DeliveryText] {
    var deliveries: [DeliveryText] = []
    do throws(RulesError) {
      for (index, copy) in issued.copies.enumerated() {
        let number = issued.numbers[index]
        let names = ["certificate", "subject_\(number)", "copy_\(number)"]
        let receipt = try Receipt(
          entry: issued.entry, disclosures: issued.disclosures.filter { names.contains($0.name) },
          signerPath: signerPath, proof: proof)
        let delivery = Delivery(
          ownCopy: copy, receipt: receipt, certificateThread: issued.thread,
          subjectThread: issued.subjects[index])
        var bytes = delivery.bytes
        bytes.append(0x0A)
        deliveries.append(
          DeliveryText(
            name: DeliveryMaker.name(issued.identifier, copy: issued.earlierCount + index),
            bytes: bytes))
      }
    } catch {
      throw RegistryError(.internalFault, "a delivery could not be made", cause: error)
    }
    return deliveries
  }

  static func name(_ identifier: String, copy: Int) -> String { "\(identifier).\(copy + 1)" }
}
