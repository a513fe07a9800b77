import ArgumentParser

/// Wrong usage, told like any other failure: `spec/cli/README.md`, "Output".
struct Misuse {
  /// What was typed after the program's name.
  let arguments: [String]

  /// The form of the result that was asked for, as far as the arguments can be understood.
  var console: Console {
    let known = arguments.prefix { $0 != "--" }
    var format = OutputFormat.text
    for (argument, value) in zip(known, known.dropFirst() + [""]) {
      let asked =
        argument == "--format"
        ? value : argument.hasPrefix("--format=") ? String(argument.dropFirst(9)) : ""
      if asked == OutputFormat.json.rawValue { format = .json }
    }
    return Console(format: format, isQuiet: known.contains("--quiet"))
  }

  /// Why the arguments were not understood; `message` is the general parser's.
  func failure(_ message: String) -> Failure {
    let (command, unknown) = command()
    var text = Misuse.sentence(TerminalText.lines(message, arguments: arguments))
    if let unknown {
      // Its options are unknown too, and the general parser would complain about those.
      let names = (command.dropFirst() + [unknown]).joined(separator: " ")
      text = "there is no command '\(names)'"
      if let nearest = nearest(to: unknown, in: command) { text += "; did you mean '\(nearest)'?" }
    }
    return Failure(
      .usage, code: "usage", text, hint: command.joined(separator: " ") + " --help")
  }

  /// An option given twice, of which only one value could count.
  static func repeated(_ arguments: [String], except repeatable: [String]) -> String? {
    var seen: Set<String> = []
    for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
      let name = String(argument.prefix { $0 != "=" })
      guard repeatable.contains(name) || seen.insert(name).inserted else { return name }
    }
    return nil
  }

  // MARK: Commands

  /// The command that the arguments name, and the word after it that names none.
  private func command() -> (names: [String], unknown: String?) {
    var names = [Kanhe._commandName]
    var command: any ParsableCommand.Type = Kanhe.self
    for argument in arguments {
      let all = command.configuration.subcommands
      guard !all.isEmpty, !argument.hasPrefix("-"), argument != "help" else { break }
      guard let next = all.first(where: { $0._commandName == argument }) else {
        return (names, argument)
      }
      names.append(argument)
      command = next
    }
    return (names, nil)
  }

  /// The command that was most likely meant.
  private func nearest(to unknown: String, in names: [String]) -> String? {
    var command: any ParsableCommand.Type = Kanhe.self
    for name in names.dropFirst() {
      command = command.configuration.subcommands.first { $0._commandName == name } ?? command
    }
    let all = command.configuration.subcommands.map { $0._commandName }
    if unknown.count > 1, let longer = all.first(where: { $0.hasPrefix(unknown) }) { return longer }
    guard unknown.count <= 40 else { return nil }
    let best = all.map { (name: $0, distance: Misuse.distance($0, unknown)) }
      .min { $0.distance < $1.distance }
    return best.flatMap { $0.distance <= 2 && $0.distance + 1 < $0.name.count ? $0.name : nil }
  }

  /// How many characters must be added, dropped or changed.
  private static func distance(_ one: String, _ other: String) -> Int {
    let other = Array(other)
    var row = Array(0...other.count)
    for (line, character) in one.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, candidate) in other.enumerated() {
        let changed = diagonal + (character == candidate ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(changed, row[column] + 1, diagonal + 1)
      }
    }
    return row[other.count]
  }

  // MARK: Text

  /// A message as ours are: one line, no capital, no full stop.
  private static func sentence(_ message: String) -> String {
    let lines = message.split(separator: "\n")
    guard let first = lines.first else { return "the arguments are not understood" }
    var text = first.prefix(1).lowercased() + first.dropFirst()
    // Further lines are the points of a list.
    let points = lines.dropFirst().map { $0.drop { $0 == " " || $0 == "-" } }
    if !points.isEmpty { text += " " + points.joined(separator: ", ") }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
