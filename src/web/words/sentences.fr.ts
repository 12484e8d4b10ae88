/** What the cloud says, by the form of its English sentences (see {@link sentenceBook}). */
export const frenchSentences: Readonly<Record<string, string>> = {
  'its disk and network are being prepared': 'son disque et son réseau sont en préparation',
  'it starts': 'elle démarre',
  'it is being powered on': 'elle est mise sous tension',
  'the guest boots': 'le système invité démarre',
};
