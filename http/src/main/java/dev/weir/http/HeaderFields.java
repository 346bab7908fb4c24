package dev.weir.http;

import java.util.List;

/** Names of header fields that front ends must know. */
public final class HeaderFields {

    /** The fields that are lists: an application's own lines stand beside ours. */
    public static final List<String> LISTS = List.of(DraftFields.POLICY, DraftFields.STATE);

    private HeaderFields() {}
}
