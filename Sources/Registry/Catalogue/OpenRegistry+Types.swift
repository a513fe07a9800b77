import Certificates
import Cryptography
import Encoding
import Ledger
import Rules

extension OpenRegistry {
  /// Every version of every type, in the order of code and version; throws `damagedLedger`.
  public func types() throws(RegistryError) -> [PublishedType] {
    var types: [PublishedType] = []
    for (key, fact) in try storedFacts("type/") {
      guard case .typeVersion(let code, let version) = key, case .typeVersion(let fact) = fact
      else { continue }
      do throws(CertificatesError) {
        types.append(PublishedType(code: try TypeCode(code), version: version, fact: fact))
      } catch {
        throw RegistryError(.damagedLedger, "a stored type cannot be read", cause: error)
      }
    }
    return types.sorted { ($0.code, $0.version) < ($1.code, $1.version) }
  }

  /// One version of a type, or the newest; throws `unknownType`, `damagedLedger`.
  public func type(_ code: TypeCode, version: Int?) throws(RegistryError) -> PublishedType {
    let found = try readFacts { facts throws(RulesError) -> PublishedType? in
      let newest = try facts.type(code.text)?.version
      guard let number = version ?? newest,
        let fact = try facts.type(code.text, version: number)
      else { return nil }
      return PublishedType(code: code, version: number, fact: fact)
    }
    if let found { return found }
    throw RegistryError(
      .unknownType,
      version == nil
        ? "no such type was published; type list shows those that were"
        : "the type was never published in this version; type list shows those that were",
      at: code.text)
  }

  /// The file of a type's version, or of the newest: the one that the ledger names, or an error.
  ///
  /// Throws `unknownType`; `damagedType` when the file is missing or another; `damagedLedger`.
  public func typeFile(_ code: TypeCode, version: Int?) throws(RegistryError) -> TypeFile {
    try typeFile(of: try type(code, version: version))
  }

  /// The file of a published version; throws as `typeFile(_:version:)`.
  public func typeFile(of published: PublishedType) throws(RegistryError) -> TypeFile {
    let path = paths.type(published.code.text, version: published.version)
    let bytes: [UInt8]
    do throws(EncodingError) {
      bytes = try BoundedFile.readRegular(path: path, maximumBytes: TypeFile.byteCountMax)
    } catch {
      throw RegistryError(
        error.code == .fileNotFound ? .damagedType : RegistryError(file: error).code,
        "the published type file cannot be read; restore it from an export or publish it again",
        cause: error, at: path)
    }
    guard SHA256.hash(bytes) == published.fact.digest else {
      throw RegistryError(
        .damagedType,
        "the file is not the one that was published: its digest is another; restore it from an "
          + "export or publish it again", at: path)
    }
    do throws(CertificatesError) {
      return try TypeFile(parsing: bytes)
    } catch {
      // Published by a version that knew more than this one.
      throw RegistryError(.invalidType, error.message, cause: error, at: path)
    }
  }

  /// Stored facts whose key begins with a text, in the order of the keys.
  func storedFacts(_ prefix: String) throws(RegistryError) -> [(key: FactKey, fact: Fact)] {
    let stored: [(key: [UInt8], value: [UInt8])]
    do throws(LedgerError) {
      stored = try ledger.facts(prefix: Array(prefix.utf8))
    } catch {
      throw RegistryError(error)
    }
    var facts: [(key: FactKey, fact: Fact)] = []
    do throws(RulesError) {
      for (bytes, value) in stored {
        let key = try FactKey(bytes: bytes)
        facts.append((key, try Fact(bytes: value, for: key)))
      }
    } catch {
      throw RegistryError(error)
    }
    return facts
  }
}
