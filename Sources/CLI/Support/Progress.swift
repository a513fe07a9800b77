import Foundation

/// One line on a terminal's standard error with done, rate and time left; nothing elsewhere.
final class Progress {
  private let label: String
  private let isShown: Bool
  private let started = Stopwatch.seconds()
  private var shownAt = 0.0

  init(_ label: String, console: Console) {
    self.label = label
    isShown = console.errorIsTerminal && !console.isQuiet
  }

  deinit { finish() }

  func update(done: Int, total: Int?) {
    guard isShown else { return }
    let now = Stopwatch.seconds()
    guard now - shownAt >= 0.1 else { return }
    shownAt = now
    let elapsed = max(now - started, 0.001)
    let rate = Double(done) / elapsed
    var line = "\r\u{1B}[K\(label): \(done)"
    if let total, total > 0 {
      line += " of \(total) (\(done * 100 / total) %), \(Int(rate))/s"
      if rate > 0 { line += ", \(Progress.duration(Double(total - done) / rate)) left" }
    } else {
      line += ", \(Int(rate))/s"
    }
    Console.write(Array(line.utf8), to: STDERR_FILENO)
  }

  /// The same for work whose parts nobody counts, such as bytes of a file: done is a percentage.
  func update(part: Int, of whole: Int) {
    guard isShown, whole > 0 else { return }
    let now = Stopwatch.seconds()
    guard now - shownAt >= 0.1 else { return }
    shownAt = now
    var line = "\r\u{1B}[K\(label): \(part * 100 / whole) %"
    let rate = Double(part) / max(now - started, 0.001)
    if rate > 0 { line += ", \(Progress.duration(Double(whole - part) / rate)) left" }
    Console.write(Array(line.utf8), to: STDERR_FILENO)
  }

  /// Takes the line away.
  func finish() {
    guard isShown, shownAt > 0 else { return }
    shownAt = 0
    Console.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO)
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole / 60 % 60) min"
  }
}
