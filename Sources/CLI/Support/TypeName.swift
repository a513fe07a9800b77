import Certificates
import Registry

/// The names of a type, as its published file gives them.
struct TypeName {
  let chinese: String
  let english: String

  /// Reads the names; nil, with a warning, when the file is lost or damaged: a list goes on.
  static func read(
    _ type: PublishedType, _ registry: OpenRegistry, _ console: Console
  ) -> TypeName? {
    do {
      let file = try registry.typeFile(of: type)
      return TypeName(chinese: file.name(in: .chinese), english: file.name(in: .english))
    } catch {
      console.warning(error.description)
      return nil
    }
  }
}
