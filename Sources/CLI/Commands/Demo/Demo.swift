import ArgumentParser
import Encoding
import Foundation

/// `kanhe demo`: the whole story on the sample city, told with the commands that anyone can type.
struct Demo: KanheCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell the whole story on a fictional city.",
    discussion: """
      Makes a registry, enrols 76 departments, publishes a dozen types, issues certificates from \
      CSV, revokes some and replaces one, has hundreds of cases in which units take each other's \
      data, verifies offline, audits, asks who took what, and finds one changed byte. \
      Each step is a command of this program, shown before it runs. Everything lies in a \
      temporary folder that is removed at the end, or in --keep DIR.

      Examples:
        kanhe demo
        kanhe demo --count 500 --keep play
      """)

  @Option(help: "Certificates to issue, 60 to 1000000.")
  var count = 10_000

  @Option(help: ArgumentHelp("Leave everything in this new or empty folder.", valueName: "dir"))
  var keep: String?

  @Option(help: ArgumentHelp("The sample city's folder.", valueName: "dir"))
  var sample = "Examples/shenzhen"

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (60...1_000_000).contains(count) else {
      throw ValidationError("--count must lie between 60 and 1000000")
    }
  }

  func execute(_ console: Console) throws -> Failure.Status {
    Interruption.watch()
    let city = try DemoCity(directory: try Demo.sampleDirectory(sample))
    let place = try DemoPlace(keep: keep)
    defer { place.leave(console) }
    let shell = try DemoShell(place: place, city: city, console: console)
    var story = DemoStory(city: city, shell: shell, count: count)
    do {
      try story.tell()
    } catch {
      // The command that ran has seen the same Ctrl-C; what it says of resuming is not ours.
      guard !Interruption.isRequested else { return .interrupted }
      throw error
    }
    try console.result(story.json(place), text: { story.ending(place) })
    return .yes
  }

  /// The folder given, looked for here and beside the program.
  private static func sampleDirectory(_ path: String) throws -> String {
    let binary = Bundle.main.executablePath ?? ""
    var folder = URL(fileURLWithPath: binary).resolvingSymlinksInPath()
    var candidates = [URL(fileURLWithPath: path).path]
    if !path.hasPrefix("/") {
      for _ in 0..<5 {
        folder.deleteLastPathComponent()
        candidates.append(folder.appendingPathComponent(path).path)
      }
    }
    guard
      let found = candidates.first(where: {
        FileManager.default.isReadableFile(atPath: $0 + "/generate")
      })
    else {
      throw Failure(
        .cannot, code: "sample_missing", "there is no sample city at \(path)",
        hint: "run this in the project's folder, or name the folder with --sample")
    }
    return found
  }
}
