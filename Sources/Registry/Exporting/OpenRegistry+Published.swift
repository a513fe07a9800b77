import Certificates
import Encoding
import Ledger
import Rules

extension OpenRegistry {
  /// The most bytes of one published file.
  private static var publishedBytesMax: Int { 1 << 24 }

  /// Writes root, trust list, type files and status tokens beside the ledger.
  func writePublished(to writer: inout ExportWriter) throws(RegistryError) {
    try copy("root.pem", to: &writer)
    try copy("trust.jwt", to: &writer, isOptional: true)
    try writeTypeFiles(to: &writer)
    for path in OpenRegistry.files(below: paths.published, in: "status") {
      try copy(path, to: &writer)
    }
  }

  /// Writes the files of the runs in force that a checkpoint covers; throws `notFound` where one is
  /// missing.
  func writeRuns(
    to writer: inout ExportWriter, upTo checkpoint: VerifiedCheckpoint
  ) throws(RegistryError) {
    let published = try readFacts { facts throws(RulesError) in try facts.runs() }
    for run in published where run.entry < checkpoint.head.size.value {
      do throws(LedgerError) {
        try writer.copy(run.range, from: runs)
      } catch {
        throw RegistryError(error)
      }
    }
  }

  private func copy(
    _ path: String, to writer: inout ExportWriter, isOptional: Bool = false
  ) throws(RegistryError) {
    let source = paths.published + "/" + path
    if isOptional, !RegistryPaths.exists(source) { return }
    let bytes = try OpenRegistry.read(source)
    do throws(LedgerError) { try writer.replace(path, bytes) } catch { throw RegistryError(error) }
  }

  /// Every version of every type; each is the file whose digest the ledger has.
  private func writeTypeFiles(to writer: inout ExportWriter) throws(RegistryError) {
    for type in try types() {
      let file = try typeFile(of: type)
      do throws(LedgerError) {
        try writer.put("types/\(type.code.text)/\(type.version).json", file.canonicalBytes)
      } catch {
        throw RegistryError(error)
      }
    }
  }

  private static func read(_ path: String) throws(RegistryError) -> [UInt8] {
    do throws(EncodingError) {
      return try BoundedFile.readRegular(path: path, maximumBytes: publishedBytesMax)
    } catch {
      throw RegistryError(file: error)
    }
  }

  /// The paths of all files below a folder, relative to `root`; hidden ones, which are files being
  /// written, are left out.
  private static func files(below root: String, in folder: String) -> [String] {
    var paths: [String] = []
    for name in RegistryPaths.names(in: root + "/" + folder) where !name.hasPrefix(".") {
      let path = folder + "/" + name
      if RegistryPaths.isDirectory(root + "/" + path) {
        paths += files(below: root, in: path)
      } else {
        paths.append(path)
      }
    }
    return paths
  }
}
