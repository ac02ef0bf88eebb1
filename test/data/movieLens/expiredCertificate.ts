// A self-signed certificate for localhost that was valid in 2020 only, and its key: made for these tests, protects nothing.
export const cert = `-----BEGIN CERTIFICATE-----
MIIBYjCCAQigAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwHhcNMjAwMTAxMDAwMDAwWhcNMjEwMTAxMDAwMDAwWjAUMRIwEAYDVQQDDAls
b2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARNfsDpcRWbBIIHhuzi
/VBXErYOtArDTV4gHtOobScV90t2SCu7SkBbxXpOZaagGlO4WRiz+L5o6YrDX9FZ
rvPio0swSTAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwDAYDVR0TBAUwAwEB
/zAdBgNVHQ4EFgQUYlllkzvZt3Up8PqxV2TgMEFrS7gwCgYIKoZIzj0EAwIDSAAw
RQIgDxAkxNMa4sD4hn2mgDLmFIbIMNRK/dLX/XdtW7gzQk0CIQDs7z7R02JW7tnB
clwY2s1mR6UMNjdXAguuyZE/9iPTsg==
-----END CERTIFICATE-----`

export const key = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIGBYnFOwhsfBtkcjH1Io4bCLJCsoWa+qVvcgV0LI1K50oAoGCCqGSM49
AwEHoUQDQgAETX7A6XEVmwSCB4bs4v1QVxK2DrQKw01eIB7TqG0nFfdLdkgru0pA
W8V6TmWmoBpTuFkYs/i+aOmKw1/RWa7z4g==
-----END EC PRIVATE KEY-----`
