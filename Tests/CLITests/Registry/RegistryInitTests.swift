import Encoding
import Foundation
import Testing

@Suite("kanhe registry init and status")
struct RegistryInitTests {
  @Test("a new registry says what it is, and opens with the passphrases given")
  func makes() throws {
    let city = try CityRun(withRegistry: false)
    let run = try city.initialise(["--format", "json"])
    #expect(run.status == 0, "\(run.errors)")
    let made = try run.json()
    #expect(made["code"]?.stringValue == CityRun.code)
    #expect(made["keys"]?.stringValue == "test")
    #expect(made["checkpoint"]?["size"]?.integerValue == 2)
    #expect(made["state"]?.stringValue == city.directory + ".state")
    let status = try city.json(["registry", "status", "--count"])
    #expect(status["mode"]?.stringValue == "writable")
    #expect(status["size"]?.integerValue == 2)
    #expect(status["states"]?["valid"]?.integerValue == 0)
    #expect(status["instance"] == made["instance"])
  }

  @Test("key files are encrypted and only their owner's")
  func keyFiles() throws {
    let city = try CityRun()
    let files = try #require(FileManager.default.enumerator(atPath: city.directory))
    var count = 0
    for case let name as String in files where name.hasSuffix(".key") {
      count += 1
      let path = city.directory + "/" + name
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o600, "\(name)")
      let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
      #expect(text.contains("ENCRYPTED PRIVATE KEY") || text.contains("\"sealed\":"), "\(name)")
    }
    #expect(count == 8)
  }

  @Test("a directory that is not empty is left alone")
  func existing() throws {
    let city = try CityRun()
    let again = try city.initialise(["--format", "json"])
    #expect(again.status == 2)
    #expect(try again.error()["code"]?.stringValue == "already_exists")
    try "x".write(toFile: city.file("plain"), atomically: true, encoding: .utf8)
    #expect(try city.initialise(directory: city.file("plain")).status == 2)
    #expect(try city.json(["registry", "status"])["mode"]?.stringValue == "writable")
  }

  @Test("wrong values, a missing passphrase and a forbidden place make nothing")
  func refused() throws {
    let city = try CityRun(withRegistry: false)
    #expect(try city.initialise(["--code", "11440300KH00000166"]).status == 64)
    #expect(try city.initialise(["--host", "Upper.Example"]).status == 64)
    #expect(try city.initialise(["--origin", "other.example/ledger"]).status == 64)
    #expect(try city.initialise(["--state", city.file("city/state")]).status == 64)
    let silent = try Run([
      "registry", "init", city.directory, "--name", "x", "--host", "zs.example", "--origin",
      "zs.example/ledger", "--code", CityRun.code, "--format", "json",
    ])
    #expect(silent.status == 2)
    #expect(try silent.error()["code"]?.stringValue == "passphrase_missing")
    #expect(try FileManager.default.contentsOfDirectory(atPath: city.folder).isEmpty)
  }

  @Test(
    "a folder that cannot be written is named",
    .enabled(if: geteuid() != 0, "root may write anywhere; run it as another user"))
  func notWritable() throws {
    let city = try CityRun(withRegistry: false)
    try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: city.folder)
    let run = try city.initialise(["--format", "json"])
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: city.folder)
    #expect(run.status == 2)
    #expect(try run.error()["code"]?.stringValue == "not_writable")
  }

  @Test("a passphrase comes from a file too, of which the first line counts; none is empty")
  func passphraseFile() throws {
    let city = try CityRun(withRegistry: false)
    let arguments = [
      "registry", "init", city.directory, "--name", "x", "--host", "zs.example", "--origin",
      "zs.example/ledger", "--code", CityRun.code, "--test-keys",
    ]
    let empty = try city.run(arguments, environment: ["KANHE_REGISTRY_PASSPHRASE": ""])
    #expect(empty.status == 2)
    #expect(empty.errors.contains("is empty"))
    let missing = try city.run(
      arguments, environment: ["KANHE_LEDGER_PASSPHRASE_FILE": city.file("none")])
    #expect(missing.status == 2)
    try "file words\nmore".write(
      toFile: city.file("words"), atomically: true, encoding: .utf8)
    let run = try city.run(
      arguments, environment: ["KANHE_REGISTRY_PASSPHRASE_FILE": city.file("words")])
    #expect(run.status == 0, "\(run.errors)")
    let key = try Run(
      tool: "openssl",
      [
        "pkey", "-in", city.directory + "/keys/authority.key", "-passin", "pass:file words",
        "-noout",
      ])
    #expect(key.status == 0, "\(key.errors)")
  }

  /// Types answers at a terminal's prompts; prints what the terminal showed, then the exit status.
  private static let terminal = """
    import os, pty, sys
    answers = sys.argv[1].split(",")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.argv[2], sys.argv[2:])
    shown = b""
    for answer in answers:
        while not shown.endswith(b": "):
            shown += os.read(terminal, 1000)
        os.write(terminal, answer.encode() + b"\\n")
        shown += b"|"
    try:
        while True:
            shown += os.read(terminal, 1000)
    except OSError:
        pass
    print(shown.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    """

  @Test("a terminal asks for new passphrases twice, and shows none of them")
  func prompts() throws {
    let city = try CityRun(withRegistry: false)
    let arguments = [
      try Run.binary().path, "registry", "init", city.directory, "--name", "x", "--host",
      "zs.example", "--origin", "zs.example/ledger", "--code", CityRun.code, "--test-keys",
    ]
    let differing = try Run(
      tool: "python3", ["-c", Self.terminal, "first,second"] + arguments)
    #expect(differing.output.contains("the two passphrases differ"))
    #expect(differing.output.hasSuffix(" 2\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: city.folder).isEmpty)
    let made = try Run(
      tool: "python3", ["-c", Self.terminal, "first,first,second,second"] + arguments)
    #expect(made.output.hasSuffix(" 0\n"), "\(made.output)")
    #expect(!made.output.contains("first") && !made.output.contains("second"))
    #expect(made.output.contains("kanhe: hint: move"))
  }

  @Test("what is no registry is not opened")
  func noRegistry() throws {
    let city = try CityRun(withRegistry: false)
    let run = try city.run(["registry", "status", "--format", "json"])
    #expect(run.status == 2)
    #expect(try run.error()["code"]?.stringValue == "not_a_registry")
    #expect(try Run(["registry", "status"]).status == 64)
  }

  @Test("a copied directory is read only, with the reason and the way out")
  func copied() throws {
    let city = try CityRun()
    try FileManager.default.copyItem(atPath: city.directory, toPath: city.file("copy"))
    let run = try city.run(
      ["registry", "status", "--registry", city.file("copy"), "--format", "json"])
    #expect(run.status == 1)
    let status = try run.json()
    #expect(status["mode"]?.stringValue == "read_only")
    #expect(status["reason"]?["remedy"]?.stringValue?.isEmpty == false)
  }
}
