#pragma once

// The low-level SHA-256 calls are deprecated but three times as fast as the
// provider calls for short input; the define keeps the importer quiet.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/aes.h>
#include <openssl/asn1.h>
#include <openssl/asn1t.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/safestack.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// One-line wrappers of what Swift cannot see: macros and variadic functions.

static inline void kanhe_OPENSSL_free(void *p) { OPENSSL_free(p); }

static inline long kanhe_BIO_get_mem_data(BIO *b, char **p) {
  return BIO_get_mem_data(b, p);
}

static inline EVP_PKEY *kanhe_EVP_EC_gen(const char *curve) {
  return EVP_EC_gen(curve);
}

static inline EVP_PKEY *kanhe_EVP_keygen(const char *algorithm) {
  return EVP_PKEY_Q_keygen(NULL, NULL, algorithm);
}

static inline int kanhe_EVP_PKEY_KEYPAIR(void) { return EVP_PKEY_KEYPAIR; }
static inline int kanhe_EVP_PKEY_PUBLIC_KEY(void) { return EVP_PKEY_PUBLIC_KEY; }

static inline STACK_OF(X509) *kanhe_sk_X509_new_null(void) {
  return sk_X509_new_null();
}
static inline int kanhe_sk_X509_push(STACK_OF(X509) *s, X509 *x) {
  return sk_X509_push(s, x);
}
static inline void kanhe_sk_X509_free(STACK_OF(X509) *s) { sk_X509_free(s); }

static inline int kanhe_sk_CMS_SignerInfo_num(const STACK_OF(CMS_SignerInfo) *s) {
  return s ? sk_CMS_SignerInfo_num(s) : 0;
}
static inline CMS_SignerInfo *kanhe_sk_CMS_SignerInfo_value(
    const STACK_OF(CMS_SignerInfo) *s, int i) {
  return sk_CMS_SignerInfo_value(s, i);
}

static inline GENERAL_NAMES *kanhe_GENERAL_NAMES_new(void) {
  return sk_GENERAL_NAME_new_null();
}
static inline int kanhe_sk_GENERAL_NAME_num(const GENERAL_NAMES *s) {
  return sk_GENERAL_NAME_num(s);
}
static inline GENERAL_NAME *kanhe_sk_GENERAL_NAME_value(const GENERAL_NAMES *s, int i) {
  return sk_GENERAL_NAME_value(s, i);
}
static inline int kanhe_sk_GENERAL_NAME_push(GENERAL_NAMES *s, GENERAL_NAME *n) {
  return sk_GENERAL_NAME_push(s, n);
}
static inline int kanhe_sk_GENERAL_SUBTREE_num(const STACK_OF(GENERAL_SUBTREE) *s) {
  return s ? sk_GENERAL_SUBTREE_num(s) : 0;
}
static inline GENERAL_NAME *kanhe_sk_GENERAL_SUBTREE_base(
    const STACK_OF(GENERAL_SUBTREE) *s, int i) {
  return sk_GENERAL_SUBTREE_value(s, i)->base;
}
static inline int kanhe_sk_ASN1_OBJECT_num(const EXTENDED_KEY_USAGE *s) {
  return sk_ASN1_OBJECT_num(s);
}
static inline ASN1_OBJECT *kanhe_sk_ASN1_OBJECT_value(const EXTENDED_KEY_USAGE *s, int i) {
  return sk_ASN1_OBJECT_value(s, i);
}

// Names that OSSL_PARAM keeps by pointer: string macros reach Swift as short-lived copies.
static inline const char *kanhe_PARAM_GROUP_NAME(void) { return OSSL_PKEY_PARAM_GROUP_NAME; }
static inline const char *kanhe_PARAM_PUB_KEY(void) { return OSSL_PKEY_PARAM_PUB_KEY; }
static inline const char *kanhe_PARAM_PRIV_KEY(void) { return OSSL_PKEY_PARAM_PRIV_KEY; }

// RFC 2253 text of a name with UTF-8 left readable.
static inline unsigned long kanhe_XN_FLAG_TEXT(void) {
  return XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
}
