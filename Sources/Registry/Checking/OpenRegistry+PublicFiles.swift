import Cryptography
import Encoding
import Ledger
import Rules

extension OpenRegistry {
  /// What is wrong with the files that anyone may have: root, type files, trust list. Each text
  /// names the file; empty if all are what the ledger names.
  ///
  /// Status tokens are their departments' publications and are judged by `status publish`. Throws
  /// `damagedLedger` when the facts cannot be read.
  public func publicFileFaults() throws(RegistryError) -> [String] {
    var faults: [String] = []
    do throws(RegistryError) { _ = try rootIdentity() } catch { faults.append(error.description) }
    for type in try types() {
      do throws(RegistryError) {
        _ = try typeFile(of: type)
      } catch {
        faults.append(error.description)
      }
    }
    let isPublished = try readFacts { facts throws(RulesError) in try facts.fact(.trust) != nil }
    do throws(RegistryError) {
      if isPublished, try publishedTrust() == nil {
        faults.append("\(paths.trustList): not the trust list that was published last")
      }
    } catch {
      faults.append(error.description)
    }
    return faults
  }
}
