import Foundation
import Synchronization

/// The user's Ctrl-C, seen by long work between two batches: what is durable stays, the rest is
/// taken up again by the same command.
enum Interruption {
  fileprivate static let asked = Atomic<Bool>(false)

  /// From here on SIGINT and SIGTERM set a flag; a second one ends the process at once.
  static func watch() {
    for number in [SIGINT, SIGTERM] {
      _ = signal(number, noteInterruption)
    }
  }

  static var isRequested: Bool { asked.load(ordering: .relaxed) }
}

/// A signal handler: touches one atomic and nothing else.
private func noteInterruption(_ number: Int32) {
  if Interruption.asked.exchange(true, ordering: .relaxed) { _exit(128 + number) }
}
