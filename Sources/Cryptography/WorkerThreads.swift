#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Threads that all run one body, and are joined before anyone looks at what they did.
///
/// POSIX threads, whose beginning and end the thread sanitizer sees. If the system gives none, the
/// body runs on the joining thread: slower, never lost.
package final class WorkerThreads {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let work: Work
  private var threads: [pthread_t] = []
  private var isJoined = false

  /// The processors that are on line, at least 1.
  package static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Starts `count` threads that run `body`; the work is shared out by the body itself.
  package init(count: Int, _ body: @escaping @Sendable () -> Void) {
    work = Work(body)
    for _ in 0..<count {
      var thread = pthread_t()
      let lent = unsafe Unmanaged.passRetained(work)
      let code = unsafe pthread_create(&thread, nil, runWork, lent.toOpaque())
      guard code == 0 else {
        unsafe lent.release()
        break
      }
      threads.append(thread)
    }
  }

  /// Waits until all threads ended.
  package func join() {
    guard !isJoined else { return }
    isJoined = true
    if threads.isEmpty { work.body() }
    for thread in threads { _ = pthread_join(thread, nil) }
  }

  deinit { join() }

  /// A thread's first function: takes over the reference that `init` lent.
  fileprivate static func run(_ lent: UnsafeMutableRawPointer) {
    unsafe Unmanaged<Work>.fromOpaque(lent).takeRetainedValue().body()
  }
}

#if canImport(Darwin)
  private func runWork(_ lent: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    unsafe WorkerThreads.run(lent)
    return nil
  }
#else
  private func runWork(_ lent: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let lent = unsafe lent { unsafe WorkerThreads.run(lent) }
    return nil
  }
#endif
