package dev.weir.http;

/** A text that counts how often one of its characters is read. */
final class CountingText implements CharSequence {

    private final String text;
    private long reads;

    CountingText(String text) {
        this.text = text;
    }

    long reads() {
        return reads;
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        reads++;
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        throw new UnsupportedOperationException("a copy would go uncounted");
    }

    @Override
    public String toString() {
        return text;
    }
}
