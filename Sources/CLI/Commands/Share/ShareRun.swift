import ArgumentParser
import Encoding
import Registry

/// Where a department acts, and with which keys.
struct RegistryPlace: ParsableArguments {
  @OptionGroup var actor: ActorOptions
  @OptionGroup var registry: RegistryOptions
}

/// Runs a job about shares, with progress, until it is done or interrupted.
struct ShareRun {
  private let console: Console

  init(_ console: Console) { self.console = console }

  /// Decides the orders batch by batch.
  func run<Order>(
    _ job: ShareJob<Order>, of batchCount: Int, named name: String,
    _ take: ([Order]) throws(RegistryError) -> ShareStep
  ) throws -> SharingReport {
    Interruption.watch()
    let progress = Progress(name, console: console)
    defer { progress.finish() }
    return try job.run(
      batchCount: batchCount, progress: { progress.update(done: $0, total: $1) },
      isInterrupted: { Interruption.isRequested }, take: take)
  }

  /// Signs orders as a department, batch by batch, and tells what became of them.
  func all<Order>(
    _ orders: [Order], by code: String, in place: RegistryPlace, _ words: ShareResult.Words,
    _ take: (Writer, [Order], Signer) throws(RegistryError) -> ShareStep
  ) throws -> Failure.Status {
    let opened = try place.registry.open(forWriting: true, actor: place.actor)
    let signer = try opened.signer(code, use: .act)
    let report = try run(
      ShareJob(orders), of: Writer.requestCount, named: words.one
    ) { orders throws(RegistryError) in
      try opened.write { writer throws(RegistryError) in try take(writer, orders, signer) }
    }
    try opened.close()
    try ShareResult(words: words, report: report).show(console)
    try ShareRun.requireEnd(of: report, of: orders.count)
    return report.refusedCount == 0 ? .yes : .no
  }

  /// What is durable stays; the same command does the rest.
  static func requireEnd(of report: SharingReport, of count: Int) throws {
    guard report.isInterrupted else { return }
    throw Failure.interrupted(after: report.decidedCount, of: count)
  }
}
