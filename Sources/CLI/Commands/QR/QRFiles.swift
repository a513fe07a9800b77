import Certificates
import Codes

/// Where drawn codes are written.
struct QRFiles {
  /// What is written.
  enum Form: String {
    case png = ".png"
    case svg = ".svg"
    case texts = ".txt"

    /// By the ending of a path; nil for another.
    init?(path: String) {
      guard path.count > 4, let form = Form(rawValue: String(path.suffix(4))) else { return nil }
      self = form
    }
  }

  let path: String
  let form: Form
  /// 0600 for what shows somebody's claims.
  let mode: UInt32

  /// Writes one file for each code, or one with all texts; their paths.
  func write(_ series: CodeSeries, _ codes: [QRCode], force: Bool) throws -> [String] {
    if form == .texts {
      let text = series.texts.map { $0 + "\n" }.joined()
      try OutputFile.write(Array(text.utf8), to: path, force: force, mode: mode)
      return [path]
    }
    let paths = codes.indices.map { codes.count == 1 ? path : numbered($0 + 1) }
    // None is written where one is in the way.
    for path in paths { try OutputFile.requireFree(path, force: force) }
    for (path, code) in zip(paths, codes) {
      let bytes = form == .png ? try code.png() : Array(code.svg().utf8)
      try OutputFile.write(bytes, to: path, force: force, mode: mode)
    }
    return paths
  }

  private func numbered(_ number: Int) -> String { "\(path.dropLast(4))-\(number)\(form.rawValue)" }
}
