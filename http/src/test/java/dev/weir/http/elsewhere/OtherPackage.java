package dev.weir.http.elsewhere;

import dev.weir.annotation.RateLimited;

/** Its package-private method is out of reach for subclasses in other packages: a method of the same name is another one. */
public class OtherPackage {

    @RateLimited(permits = 1, per = "1s")
    void search() {}

    @RateLimited(permits = 1, per = "1s")
    protected void find() {}
}
