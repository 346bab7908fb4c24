/** {@code @RateLimited} and its vocabulary. No dependencies: an API module can carry it. */
module dev.weir.annotation {
    exports dev.weir.annotation;
}
