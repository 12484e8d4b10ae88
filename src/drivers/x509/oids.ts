/** The object identifiers that mean something here. */
export const oids = {
  commonName: '2.5.4.3',

  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  certificatePolicies: '2.5.29.32',
  nameConstraints: '2.5.29.30',
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
  crlDistributionPoints: '2.5.29.31',
  crlNumber: '2.5.29.20',
  noRevocationAvailable: '2.5.29.56',
  anyExtendedKeyUsage: '2.5.29.37.0',
  clientAuth: '1.3.6.1.5.5.7.3.2',

  /** Source: RFC 3820, 3.8 and 3.8.2. */
  proxyCertInfo: '1.3.6.1.5.5.7.1.14',
  inheritAll: '1.3.6.1.5.5.7.21.1',
  independent: '1.3.6.1.5.5.7.21.2',
  /** Of Globus: may read data and start nothing. */
  limited: '1.3.6.1.4.1.3536.1.1.1.9',
  /** proxyCertInfo as it was before RFC 3820. */
  draftProxyCertInfo: '1.3.6.1.4.1.3536.1.222',

  /** Source: OGF GFD.182, the VOMS attribute certificate format. */
  vomsFqans: '1.3.6.1.4.1.8005.100.100.4',
  vomsAttributeCertificates: '1.3.6.1.4.1.8005.100.100.5',
  vomsServerCertificates: '1.3.6.1.4.1.8005.100.100.10',
} as const;
