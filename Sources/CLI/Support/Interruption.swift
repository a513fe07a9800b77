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
    // A parent that blocks signals in its threads hands that on to its children.
    var numbers = sigset_t()
    _ = unsafe sigemptyset(&numbers)
    for number in [SIGINT, SIGTERM] { _ = unsafe sigaddset(&numbers, number) }
    _ = unsafe pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
  }

  static var isRequested: Bool { asked.load(ordering: .relaxed) }
}

/// A signal handler: touches one atomic and nothing else.
private func noteInterruption(_ number: Int32) {
  if Interruption.asked.exchange(true, ordering: .relaxed) { _exit(128 + number) }
}
