import Certificates
import Encoding

/// The example type of the specification, and ways to break it.
enum SampleType {
  static func json() throws -> JSONObject {
    guard case .object(let object) = try Vectors.own("type/operator-card.json") else {
      throw EncodingError(.wrongType, "the example is no object")
    }
    return object
  }

  static func file() throws -> TypeFile { try TypeFile(.object(try json())) }

  /// A type with these own claims, all optional.
  static func file(properties: JSONObject, subjects: Int64 = 1) throws -> TypeFile {
    var object = try json()
    object["schema"] = [
      "type": "object", "additionalProperties": false, "properties": .object(properties),
    ]
    object["metadata"] = [
      "name": "示例", "display": [["locale": "zh-CN", "name": "示例"]],
      "claims": .array(
        properties.names.filter { $0 != "number" }.map {
          ["path": [.string($0)], "display": [["locale": "zh-CN", "label": .string("栏\($0)")]]]
        }),
    ]
    object["duties"] = []
    object["predicates"] = nil
    object["subjects"] = .integer(subjects)
    object["copies"] = .integer(subjects)
    return try TypeFile(.object(object))
  }

  static func bytes(_ object: JSONObject) -> [UInt8] {
    JSONValue.object(object).canonicalBytes()
  }

  /// The problems after a change of one member.
  static func problems(_ change: (inout JSONObject) throws -> Void) throws -> [CertificatesError] {
    var object = try json()
    try change(&object)
    return TypeFile.problems(in: bytes(object))
  }

  /// Claims that fit the example.
  static let claims: JSONObject = [
    "number": "T11010519491231002X",
    "holders": [["name": "刘一", "code": "11010519491231002X", "code_type": "111"]],
    "valid_from": "2026-11-01", "valid_until": "2032-10-31", "sex": "女",
    "birth_date": "1949-12-31", "category": "电工作业", "scope": ["低压电工作业"], "hours": 120,
  ]

  /// Faults of the claims after a change, as `code path`.
  static func faults(_ change: (inout JSONObject) -> Void) throws -> [String] {
    var object = claims
    change(&object)
    switch try file().readClaims(.object(object)) {
    case .claims: return []
    case .faults(let faults): return faults.map { "\($0.code) \($0.path)" }
    }
  }
}
