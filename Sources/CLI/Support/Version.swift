/// The version of this program; nothing else says it.
enum Version {
  static let text = "0.2.0"
}
