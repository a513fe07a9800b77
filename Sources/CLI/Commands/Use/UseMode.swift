import ArgumentParser

/// How something was shown.
struct UseMode: ParsableArguments {
  @Option(help: ArgumentHelp("How it was shown: counter or online.", valueName: "mode"))
  var mode = "counter"

  func validate() throws {
    guard ["counter", "online"].contains(mode) else {
      throw ValidationError("--mode is counter or online")
    }
  }
}
