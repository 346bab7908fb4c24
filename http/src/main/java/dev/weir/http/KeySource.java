package dev.weir.http;

import dev.weir.core.ClientKey;

/** Whose budget a limit is: what {@code @RateLimited(key = …)} names. */
sealed interface KeySource {

    /** The word that annotations use. */
    String word();

    /** The key of a request, for an identity that is settled. */
    ClientKey key(Identity identity);

    /** Whether nothing but the peer's address decides, so that it can be judged before authentication. */
    default boolean isAddressOnly() {
        return this == BuiltIn.IP;
    }

    /** Whether the key is one client's own, so that all of his tiers share one budget. */
    default boolean isOneClients() {
        return this == BuiltIn.CLIENT || this == BuiltIn.USER || this == BuiltIn.API_KEY;
    }

    /** Whether the API key matters. */
    default boolean readsApiKey() {
        return this == BuiltIn.CLIENT || this == BuiltIn.API_KEY;
    }

    /** The sources that need no registration. */
    enum BuiltIn implements KeySource {
        /** API key, else user, else address. */
        CLIENT("client") {
            @Override
            public ClientKey key(Identity identity) {
                return identity.client();
            }
        },
        /** The address. */
        IP("ip") {
            @Override
            public ClientKey key(Identity identity) {
                return identity.address();
            }
        },
        /** The user, else the address. */
        USER("user") {
            @Override
            public ClientKey key(Identity identity) {
                return identity.user();
            }
        },
        /** The API key, else the address. */
        API_KEY("api-key") {
            @Override
            public ClientKey key(Identity identity) {
                return identity.apiKey();
            }
        },
        /** Everybody. */
        GLOBAL("global") {
            @Override
            public ClientKey key(Identity identity) {
                return ClientKey.GLOBAL;
            }
        };

        private final String word;

        BuiltIn(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** A resolver of the user's own, under the name that annotations use. */
    record Resolver(String word, KeyResolver resolver) implements KeySource {
        @Override
        public ClientKey key(Identity identity) {
            return identity.custom(this);
        }
    }
}
