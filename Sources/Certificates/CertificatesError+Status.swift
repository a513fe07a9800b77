/// Codes of status lists and their tokens.
extension CertificatesError.Code {
  /// `bits` that is not 1, 2, 4 or 8.
  public static let statusBits = Self("status_bits")
  /// Bytes that are no zlib stream: header, dictionary flag, data or end.
  public static let statusCompression = Self("status_compression")
  /// A zlib stream whose Adler-32 is not that of its contents.
  public static let statusChecksum = Self("status_checksum")
  /// Bytes after the end of the zlib stream.
  public static let statusTrailingBytes = Self("status_trailing_bytes")
  /// A list that unpacks to more than 8 MiB, or would have more entries than fit.
  public static let statusTooLarge = Self("status_too_large")
  /// A token that claims to hold for more than 7 days.
  public static let statusLifetime = Self("status_lifetime")
  /// A value that does not fit into the list's bits.
  public static let statusValueRange = Self("status_value_range")
  /// The name of a list that is not of our form.
  public static let statusListName = Self("status_list_name")
}
