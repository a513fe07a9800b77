import Foundation
import Synchronization

/// The user's Ctrl-C, seen by long work between two batches: what is durable stays, the rest is
/// taken up again by the same command.
enum Interruption {
  fileprivate static let asked = Atomic<Bool>(false)

  static var isRequested: Bool { asked.load(ordering: .relaxed) }

  /// From here on SIGINT and SIGTERM set a flag; a second one ends the process at once.
  static func watch() {
    for number in [SIGINT, SIGTERM] {
      _ = signal(number, noteInterruption)
    }
    unblock()
  }

  /// Watches while `work` runs, and then leaves signals to whom they were before.
  ///
  /// No signal ends the process meanwhile, however many come: `work` has something to put back,
  /// and asks often whether one came.
  static func watching<Value>(_ work: () throws -> Value) rethrows -> Value {
    let before = [SIGINT, SIGTERM].map { ($0, signal($0, noteOnly)) }
    defer { for (number, handler) in before { _ = signal(number, handler) } }
    unblock()
    return try work()
  }

  /// A parent that blocks signals in its threads hands that on to its children.
  private static func unblock() {
    var numbers = sigset_t()
    _ = unsafe sigemptyset(&numbers)
    for number in [SIGINT, SIGTERM] { _ = unsafe sigaddset(&numbers, number) }
    _ = unsafe pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
  }
}

/// A signal handler: touches one atomic and nothing else.
private func noteOnly(_ number: Int32) { Interruption.asked.store(true, ordering: .relaxed) }

/// A signal handler: touches one atomic, and ends the process when that was set before.
private func noteInterruption(_ number: Int32) {
  if Interruption.asked.exchange(true, ordering: .relaxed) { _exit(128 + number) }
}
