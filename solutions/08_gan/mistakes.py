# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.


# %% Without the priors mistake="bayes_posterior" fails=["one feature, two classes", "several features and classes", "one example, far from every class"] says="The priors have no influence"
def bayes_posterior(x, priors, means, stds):
    distance = (x[:, None] - means) / stds
    joint = -np.sum(np.log(stds) + distance**2 / 2, axis=-1)
    powers = np.exp(joint - joint.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


# %% Without the width of the density mistake="bayes_posterior" fails=["one feature, two classes", "several features and classes", "one example, far from every class"] says="The densities of wide classes are too high" subtle=true
def bayes_posterior(x, priors, means, stds):
    distance = (x[:, None] - means) / stds
    joint = np.log(priors) - np.sum(distance**2 / 2, axis=-1)
    powers = np.exp(joint - joint.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


# %% Squares not halved mistake="bayes_posterior" fails=["one feature, two classes", "several features and classes", "one example, far from every class"] says="The squares are not halved" subtle=true
def bayes_posterior(x, priors, means, stds):
    distance = (x[:, None] - means) / stds
    joint = np.log(priors) - np.sum(np.log(stds) + distance**2, axis=-1)
    powers = np.exp(joint - joint.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


# %% A product of densities mistake="bayes_posterior" fails=["hundreds of features", "one example, far from every class"] says="NaN" subtle=true
def bayes_posterior(x, priors, means, stds):
    distance = (x[:, None] - means) / stds
    density = np.exp(-(distance**2) / 2) / (stds * np.sqrt(2 * np.pi))
    joint = priors * density.prod(axis=-1)
    return joint / joint.sum(axis=1, keepdims=True)


# %% Exp without taking the largest away mistake="bayes_posterior" fails=["hundreds of features", "one example, far from every class"] says="NaN" subtle=true
def bayes_posterior(x, priors, means, stds):
    distance = (x[:, None] - means) / stds
    joint = np.exp(np.log(priors) - np.sum(np.log(stds) + distance**2 / 2, axis=-1))
    return joint / joint.sum(axis=1, keepdims=True)


# %% Normalised over the examples mistake="bayes_posterior" fails=["one feature, two classes", "several features and classes", "hundreds of features", "one example, far from every class"] says="The columns sum to 1 here"
def bayes_posterior(x, priors, means, stds):
    distance = (x[:, None] - means) / stds
    joint = np.log(priors) - np.sum(np.log(stds) + distance**2 / 2, axis=-1)
    powers = np.exp(joint - joint.max(axis=0))
    return powers / powers.sum(axis=0)


# %% The joint density mistake="bayes_posterior" fails=["one feature, two classes", "several features and classes", "hundreds of features", "one example, far from every class"] says="That is p(x"
def bayes_posterior(x, priors, means, stds):
    distance = (x[:, None] - means) / stds
    return np.exp(np.log(priors) - np.sum(np.log(stds) + distance**2 / 2, axis=-1))


# %% Decisions mistake="bayes_posterior" fails=["one feature, two classes", "several features and classes", "one example, far from every class"] says="These are decisions"
def bayes_posterior(x, priors, means, stds):
    distance = (x[:, None] - means) / stds
    joint = np.log(priors) - np.sum(np.log(stds) + distance**2 / 2, axis=-1)
    return np.eye(len(priors))[joint.argmax(axis=1)]


# %% Class by class alternative="bayes_posterior"
def bayes_posterior(x, priors, means, stds):
    joint = np.empty((len(x), len(priors)))
    for k, (prior, mean, std) in enumerate(zip(priors, means, stds)):
        for i, example in enumerate(x):
            logs = -np.log(std) - (example - mean) ** 2 / (2 * std**2)
            joint[i, k] = np.log(prior) + logs.sum()
    joint -= joint.max(axis=1)[:, None]
    return np.exp(joint) / np.exp(joint).sum(axis=1)[:, None]


# %% With keras.ops in float32 alternative="bayes_posterior"
def bayes_posterior(x, priors, means, stds):
    x, priors, means, stds = (ops.cast(a, "float32") for a in (x, priors, means, stds))
    distance = (ops.expand_dims(x, 1) - means) / stds
    return ops.softmax(ops.log(priors) - ops.sum(ops.log(stds) + distance**2 / 2, axis=-1))


# %% Labels swapped mistake="discriminator_loss" fails=["a batch", "more fakes than real ones", "its slopes", "huge logits"] says="The labels are swapped"
def discriminator_loss(real_logits, fake_logits):
    return ops.mean(ops.softplus(real_logits)) + ops.mean(ops.softplus(-fake_logits))


# %% Both labelled real mistake="discriminator_loss" fails=["a batch", "more fakes than real ones", "its slopes", "huge logits"] says="The fakes are labelled real" subtle=true
def discriminator_loss(real_logits, fake_logits):
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(-fake_logits))


# %% One mean over all mistake="discriminator_loss" fails=["more fakes than real ones", "its slopes", "huge logits"] says="Real and fake were averaged together" subtle=true
def discriminator_loss(real_logits, fake_logits):
    both = ops.concatenate([-real_logits, fake_logits])
    return 2 * ops.mean(ops.softplus(both))


# %% The mean of the two mistake="discriminator_loss" fails=["undecided", "a batch", "more fakes than real ones", "its slopes", "huge logits"] says="The two means are added"
def discriminator_loss(real_logits, fake_logits):
    return (ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))) / 2


# %% Log of a sigmoid mistake="discriminator_loss" fails=["huge logits"] says="Not finite" subtle=true
def discriminator_loss(real_logits, fake_logits):
    real, fake = ops.sigmoid(real_logits), ops.sigmoid(fake_logits)
    return -ops.mean(ops.log(real)) - ops.mean(ops.log(1 - fake))


# %% Probabilities cut off mistake="discriminator_loss" fails=["huge logits"] says="Not finite" subtle=true
def discriminator_loss(real_logits, fake_logits):
    real = ops.clip(ops.sigmoid(real_logits), 1e-7, 1 - 1e-7)
    fake = ops.clip(ops.sigmoid(fake_logits), 1e-7, 1 - 1e-7)
    return -ops.mean(ops.log(real)) - ops.mean(ops.log(1 - fake))


# %% The value instead of the loss mistake="discriminator_loss" fails=["undecided", "a batch", "more fakes than real ones", "its slopes", "huge logits"] says="The sign is turned"
def discriminator_loss(real_logits, fake_logits):
    return -ops.mean(ops.softplus(-real_logits)) - ops.mean(ops.softplus(fake_logits))


# %% Sums mistake="discriminator_loss" fails=["undecided", "a batch", "more fakes than real ones", "its slopes", "huge logits"] says="These are sums over the samples"
def discriminator_loss(real_logits, fake_logits):
    return ops.sum(ops.softplus(-real_logits)) + ops.sum(ops.softplus(fake_logits))


# %% With Keras's cross-entropy from logits alternative="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    real = entropy(ops.ones_like(real_logits), real_logits)
    return real + entropy(ops.zeros_like(fake_logits), fake_logits)


# %% In NumPy mistake="discriminator_loss" fails=["its slopes"] says="keras.ops" subtle=true
def discriminator_loss(real_logits, fake_logits):
    real, fake = np.asarray(real_logits, float), np.asarray(fake_logits, float)
    return np.logaddexp(0, -real).mean() + np.logaddexp(0, fake).mean()


# %% With logaddexp alternative="discriminator_loss"
def discriminator_loss(real_logits, fake_logits):
    real, fake = ops.convert_to_tensor(real_logits), ops.convert_to_tensor(fake_logits)
    surprise = ops.mean(ops.logaddexp(ops.zeros_like(real), -real))
    return surprise + ops.mean(ops.logaddexp(ops.zeros_like(fake), fake))


# %% In NumPy mistake="generator_loss" fails=["its slopes"] says="keras.ops" subtle=true
def generator_loss(fake_logits, saturating=False):
    logits = np.asarray(fake_logits, float)
    return -np.logaddexp(0, logits).mean() if saturating else np.logaddexp(0, -logits).mean()


# %% Always saturating mistake="generator_loss" fails=["-log D", "saturating, if asked for", "its slopes", "huge logits", "one sample"] says="This is the saturating loss"
def generator_loss(fake_logits, saturating=False):
    return -ops.mean(ops.softplus(fake_logits))


# %% Never saturating mistake="generator_loss" fails=["saturating, if asked for", "huge logits", "one sample"] says="This is the loss that does not saturate" subtle=true
def generator_loss(fake_logits, saturating=False):
    return ops.mean(ops.softplus(-fake_logits))


# %% Exchanged mistake="generator_loss" fails=["-log D", "saturating, if asked for", "its slopes", "huge logits", "one sample"] says="This is the saturating loss"
def generator_loss(fake_logits, saturating=False):
    if not saturating:
        return -ops.mean(ops.softplus(fake_logits))
    return ops.mean(ops.softplus(-fake_logits))


# %% Fakes labelled fake mistake="generator_loss" fails=["-log D", "saturating, if asked for", "its slopes", "huge logits", "one sample"] says="That is -log(1 - D)" subtle=true
def generator_loss(fake_logits, saturating=False):
    if saturating:
        return -ops.mean(ops.softplus(fake_logits))
    return ops.mean(ops.softplus(fake_logits))


# %% The saturating one turned around mistake="generator_loss" fails=["saturating, if asked for", "huge logits", "one sample"] says="The sign is turned" subtle=true
def generator_loss(fake_logits, saturating=False):
    if saturating:
        return ops.mean(ops.softplus(fake_logits))
    return ops.mean(ops.softplus(-fake_logits))


# %% Log of a sigmoid mistake="generator_loss" fails=["huge logits"] says="Not finite" subtle=true
def generator_loss(fake_logits, saturating=False):
    d = ops.sigmoid(fake_logits)
    return ops.mean(ops.log(1 - d)) if saturating else -ops.mean(ops.log(d))


# %% Not averaged mistake="generator_loss" fails=["-log D", "saturating, if asked for", "its slopes", "huge logits", "one sample"] says="Return one number"
def generator_loss(fake_logits, saturating=False):
    return -ops.softplus(fake_logits) if saturating else ops.softplus(-fake_logits)


# %% With Keras's cross-entropy from logits alternative="generator_loss"
def generator_loss(fake_logits, saturating=False):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    if saturating:
        return -entropy(ops.zeros_like(fake_logits), fake_logits)
    return entropy(ops.ones_like(fake_logits), fake_logits)


# %% With log_sigmoid alternative="generator_loss"
def generator_loss(fake_logits, saturating=False):
    if saturating:
        return ops.mean(ops.log_sigmoid(-fake_logits))
    return -ops.mean(ops.log_sigmoid(fake_logits))


# %% Real and fake exchanged mistake="best_discriminator" fails=["densities on a line", "no density at all", "tiny densities, and a table"] says="Real and fake are exchanged"
def best_discriminator(p, q):
    return np.where(p + q == 0, 0.5, q / np.where(p + q == 0, 1, p + q))


# %% The ratio of the densities mistake="best_discriminator" fails=["densities on a line", "no density at all", "tiny densities, and a table"] says="That is p / q"
def best_discriminator(p, q):
    return np.where(p + q == 0, 0.5, p / np.where(q == 0, 1, q))


# %% Zero by zero mistake="best_discriminator" fails=["no density at all", "tiny densities, and a table"] says="NaN where both densities are 0" subtle=true
def best_discriminator(p, q):
    with np.errstate(invalid="ignore"):
        return p / (p + q)


# %% Something small added mistake="best_discriminator" fails=["tiny densities, and a table"] says="Wrong where both densities are tiny" subtle=true
def best_discriminator(p, q):
    return np.where(p + q == 0, 0.5, p / (p + q + 1e-12))


# %% Nothing there means fake mistake="best_discriminator" fails=["no density at all", "tiny densities, and a table"] says="Where neither has any density the answer is 0.5" subtle=true
def best_discriminator(p, q):
    return p / np.where(p + q == 0, 1, p + q)


# %% Small sums taken for nothing mistake="best_discriminator" fails=["tiny densities, and a table"] says="Wrong where both densities are tiny" subtle=true
def best_discriminator(p, q):
    nowhere = p + q < 1e-8
    return np.where(nowhere, 0.5, p / np.where(nowhere, 1, p + q))


# %% A decision mistake="best_discriminator" fails=["densities on a line", "tiny densities, and a table"] says="That is a decision"
def best_discriminator(p, q):
    return np.where(p > q, 1.0, np.where(p < q, 0.0, 0.5))


# %% One by one alternative="best_discriminator"
def best_discriminator(p, q):
    pairs = zip(np.ravel(p).tolist(), np.ravel(q).tolist())
    best = [a / (a + b) if a + b else 0.5 for a, b in pairs]
    return np.array(best).reshape(np.shape(p))


# %% Divided where something is alternative="best_discriminator"
def best_discriminator(p, q):
    best = np.full(np.shape(p), 0.5)
    np.divide(p, p + q, out=best, where=p + q > 0)
    return best


# %% The loss mistake="best_value" fails=["equal, and nothing in common", "two worlds", "some outcomes never happen"] says="That is the discriminator's loss"
def best_value(p, q):
    d = best_discriminator(p, q)
    return -np.sum(p[p > 0] * np.log(d[p > 0])) - np.sum(q[q > 0] * np.log(1 - d[q > 0]))


# %% The divergence mistake="best_value" fails=["equal, and nothing in common", "two worlds", "some outcomes never happen"] says="That is twice the Jensen-Shannon divergence" subtle=true
def best_value(p, q):
    d = best_discriminator(p, q)
    value = np.sum(p[p > 0] * np.log(d[p > 0])) + np.sum(q[q > 0] * np.log(1 - d[q > 0]))
    return value + np.log(4)


# %% Zero times infinity mistake="best_value" fails=["equal, and nothing in common", "some outcomes never happen"] says="NaN" subtle=true
def best_value(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sum(p * np.log(p / (p + q)) + q * np.log(q / (p + q)))


# %% Something small in the logarithm mistake="best_value" fails=["equal, and nothing in common", "two worlds", "some outcomes never happen"] says="The value is wrong" subtle=true
def best_value(p, q):
    d = best_discriminator(p, q)
    return np.sum(p * np.log(d + 1e-4) + q * np.log(1 - d + 1e-4))


# %% Only where both happen mistake="best_value" fails=["some outcomes never happen"] says="Wrong where only one of p and q is 0" subtle=true
def best_value(p, q):
    both = (p > 0) & (q > 0)
    p, q = p[both] / p[both].sum(), q[both] / q[both].sum()
    return np.sum(p * np.log(p / (p + q)) + q * np.log(q / (p + q)))


# %% Forgets the fakes mistake="best_value" fails=["equal, and nothing in common", "two worlds", "some outcomes never happen"] says="The fakes' part is missing"
def best_value(p, q):
    d = best_discriminator(p, q)
    return np.sum(p[p > 0] * np.log(d[p > 0]))


# %% Mean instead of sum mistake="best_value" fails=["equal, and nothing in common", "two worlds", "some outcomes never happen"] says="Sum over the outcomes"
def best_value(p, q):
    d = best_discriminator(p, q)
    value = np.sum(p[p > 0] * np.log(d[p > 0])) + np.sum(q[q > 0] * np.log(1 - d[q > 0]))
    return value / len(p)


# %% One by one alternative="best_value"
def best_value(p, q):
    total = 0.0
    for a, b in zip(p, q):
        if a:
            total += a * np.log(a / (a + b))
        if b:
            total += b * np.log(b / (a + b))
    return total


# %% By entropies alternative="best_value"
def best_value(p, q):
    def entropy(weights):
        weights = np.asarray(weights, float)
        return -np.sum(weights[weights > 0] * np.log(weights[weights > 0]))

    return entropy(np.asarray(p) + np.asarray(q)) - entropy(p) - entropy(q)


# %% Real and fake as one batch mistake="discriminator_step" fails=["with batch normalization", "more fakes, and other sizes"] says="Real and fake were put through the discriminator as one batch" subtle=true
def discriminator_step(generator, discriminator, optimizer, real, noise):
    weights = discriminator.trainable_variables
    both = ops.concatenate([real, generator(noise, training=True)])

    def loss_of(weights):
        logits = called_with(weights, discriminator, both)
        return discriminator_loss(logits[: len(real)], logits[len(real) :])

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss


# %% The generator moves as well mistake="discriminator_step" fails=["as many fakes as real ones", "with batch normalization", "more fakes, and other sizes"] says="The generator moved" subtle=true
def discriminator_step(generator, discriminator, optimizer, real, noise):
    weights = discriminator.trainable_variables + generator.trainable_variables
    num = len(discriminator.trainable_variables)

    def loss_of(weights):
        fake = called_with(weights[num:], generator, noise)
        real_logits = called_with(weights[:num], discriminator, real)
        return discriminator_loss(real_logits, called_with(weights[:num], discriminator, fake))

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss


# %% Labels swapped mistake="discriminator_step" fails=["as many fakes as real ones", "with batch normalization", "more fakes, and other sizes"] says="The labels are swapped"
def discriminator_step(generator, discriminator, optimizer, real, noise):
    weights = discriminator.trainable_variables
    fake = generator(noise, training=True)

    def loss_of(weights):
        real_logits = called_with(weights, discriminator, real)
        return discriminator_loss(called_with(weights, discriminator, fake), real_logits)

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss


# %% Moving statistics mistake="discriminator_step" fails=["with batch normalization", "more fakes, and other sizes"] says="The discriminator was not in training mode" subtle=true
def discriminator_step(generator, discriminator, optimizer, real, noise):
    weights = discriminator.trainable_variables
    fake = generator(noise, training=True)
    rest = discriminator.non_trainable_variables

    def loss_of(weights):
        real_logits, _ = discriminator.stateless_call(weights, rest, real, training=False)
        fake_logits, _ = discriminator.stateless_call(weights, rest, fake, training=False)
        return discriminator_loss(real_logits, fake_logits)

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss


# %% Never applied mistake="discriminator_step" fails=["as many fakes as real ones", "with batch normalization", "more fakes, and other sizes"] says="The discriminator did not move"
def discriminator_step(generator, discriminator, optimizer, real, noise):
    weights = discriminator.trainable_variables
    fake = generator(noise, training=True)

    def loss_of(weights):
        real_logits = called_with(weights, discriminator, real)
        return discriminator_loss(real_logits, called_with(weights, discriminator, fake))

    return value_and_grad(loss_of)(weights)[0]


# %% Returns the loss afterwards mistake="discriminator_step" fails=["as many fakes as real ones", "with batch normalization", "more fakes, and other sizes"] says="That is the loss after the step" subtle=true
def discriminator_step(generator, discriminator, optimizer, real, noise):
    weights = discriminator.trainable_variables
    fake = generator(noise, training=True)

    def loss_of(weights):
        real_logits = called_with(weights, discriminator, real)
        return discriminator_loss(real_logits, called_with(weights, discriminator, fake))

    _, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss_of([weight.value for weight in weights])


# %% Two steps, one for each batch, half the loss mistake="discriminator_step" fails=["as many fakes as real ones", "with batch normalization", "more fakes, and other sizes"] says="The step is half as long as it should be"
def discriminator_step(generator, discriminator, optimizer, real, noise):
    weights = discriminator.trainable_variables
    fake = generator(noise, training=True)

    def loss_of(weights):
        real_logits = called_with(weights, discriminator, real)
        return discriminator_loss(real_logits, called_with(weights, discriminator, fake)) / 2

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss


# %% Fakes stopped, two gradients added alternative="discriminator_step"
def discriminator_step(generator, discriminator, optimizer, real, noise):
    weights = list(discriminator.trainable_variables)
    fake = ops.stop_gradient(generator(noise, training=True))
    of_real = lambda w: ops.mean(ops.softplus(-called_with(w, discriminator, real)))
    of_fake = lambda w: ops.mean(ops.softplus(called_with(w, discriminator, fake)))
    first, up = value_and_grad(of_real)(weights)
    second, down = value_and_grad(of_fake)(weights)
    optimizer.apply([a + b for a, b in zip(up, down)], weights)
    return first + second


# %% Through apply_gradients, fakes as an array alternative="discriminator_step"
def discriminator_step(generator, discriminator, optimizer, real, noise):
    fake = ops.convert_to_numpy(generator(noise, training=True))

    def loss_of(weights):
        return discriminator_loss(
            called_with(weights, discriminator, real), called_with(weights, discriminator, fake)
        )

    loss, gradients = value_and_grad(loss_of)(discriminator.trainable_variables)
    optimizer.apply_gradients(zip(gradients, discriminator.trainable_variables))
    return float(loss)


# %% The discriminator moves as well mistake="generator_step" fails=["only the generator moves", "with batch normalization", "a Sequential with another head, twice"] says="The discriminator moved" subtle=true
def generator_step(generator, discriminator, optimizer, noise):
    weights = generator.trainable_variables + discriminator.trainable_variables
    num = len(generator.trainable_variables)

    def loss_of(weights):
        fake = called_with(weights[:num], generator, noise)
        return generator_loss(called_with(weights[num:], discriminator, fake))

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss


# %% Moves the discriminator instead mistake="generator_step" fails=["only the generator moves", "with batch normalization", "a Sequential with another head, twice"] says="The discriminator moved"
def generator_step(generator, discriminator, optimizer, noise):
    weights = discriminator.trainable_variables
    fake = generator(noise, training=True)
    loss, gradients = value_and_grad(lambda w: generator_loss(called_with(w, discriminator, fake)))(
        weights
    )
    optimizer.apply(gradients, weights)
    return loss


# %% Saturating mistake="generator_step" fails=["only the generator moves", "with batch normalization", "a Sequential with another head, twice"] says="That is the step by the saturating loss" subtle=true
def generator_step(generator, discriminator, optimizer, noise):
    weights = generator.trainable_variables

    def loss_of(weights):
        fake = called_with(weights, generator, noise)
        return generator_loss(discriminator(fake, training=True), saturating=True)

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss


# %% Labelled fake mistake="generator_step" fails=["only the generator moves", "with batch normalization", "a Sequential with another head, twice"] says="The labels are swapped"
def generator_step(generator, discriminator, optimizer, noise):
    weights = generator.trainable_variables

    def loss_of(weights):
        fake = called_with(weights, generator, noise)
        return ops.mean(ops.softplus(discriminator(fake, training=True)))

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss


# %% Moving statistics mistake="generator_step" fails=["with batch normalization", "a Sequential with another head, twice"] says="The discriminator was not in training mode" subtle=true
def generator_step(generator, discriminator, optimizer, noise):
    weights = generator.trainable_variables

    def loss_of(weights):
        return generator_loss(discriminator(called_with(weights, generator, noise)))

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss


# %% The gradient is stopped mistake="generator_step" fails=["only the generator moves", "with batch normalization", "a Sequential with another head, twice"] says="The generator did not move"
def generator_step(generator, discriminator, optimizer, noise):
    weights = generator.trainable_variables

    def loss_of(weights):
        fake = ops.stop_gradient(called_with(weights, generator, noise))
        return generator_loss(discriminator(fake, training=True)) + 0.0 * ops.sum(weights[0])

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients, weights)
    return loss


# %% Both networks called with weights alternative="generator_step"
def generator_step(generator, discriminator, optimizer, noise):
    frozen = [ops.stop_gradient(w.value) for w in discriminator.trainable_variables]

    def loss_of(weights):
        fake = called_with(weights, generator, noise)
        return ops.mean(ops.softplus(-called_with(frozen, discriminator, fake)))

    loss, gradients = value_and_grad(loss_of)(generator.trainable_variables)
    optimizer.apply(gradients, generator.trainable_variables)
    return loss


# %% Gradient of both, one half applied alternative="generator_step"
def generator_step(generator, discriminator, optimizer, noise):
    mine = generator.trainable_variables
    weights = [*mine, *discriminator.trainable_variables]

    def loss_of(weights):
        fake = called_with(weights[: len(mine)], generator, noise)
        return generator_loss(called_with(weights[len(mine) :], discriminator, fake))

    loss, gradients = value_and_grad(loss_of)(weights)
    optimizer.apply(gradients[: len(mine)], mine)
    return float(loss)


# %% The plain sum mistake="game_loss" fails=["one step", "one real sample", "other networks"] says="The discriminator's loss moves the generator" subtle=true
def game_loss(discriminator, real, fake):
    real_logits = discriminator(real, training=True)
    fake_logits = discriminator(fake, training=True)
    return discriminator_loss(real_logits, fake_logits) + generator_loss(fake_logits)


# %% The fakes not stopped for the discriminator's part mistake="game_loss" fails=["one step", "one real sample", "other networks"] says="The discriminator's loss moves the generator" subtle=true
def game_loss(discriminator, real, fake):
    real_logits = discriminator(real, training=True)
    stopped = discriminator(ops.stop_gradient(fake), training=True)
    through = discriminator(fake, training=True)
    d_loss = discriminator_loss(real_logits, through)
    return d_loss + generator_loss(through) - generator_loss(stopped)


# %% Forgets to take the generator's part away mistake="game_loss" fails=["one step", "one real sample", "other networks"] says="The generator's loss moves the discriminator" subtle=true
def game_loss(discriminator, real, fake):
    real_logits = discriminator(real, training=True)
    stopped = discriminator(ops.stop_gradient(fake), training=True)
    through = discriminator(fake, training=True)
    return discriminator_loss(real_logits, stopped) + generator_loss(through)


# %% Everything stopped mistake="game_loss" fails=["one step", "one real sample", "other networks"] says="The generator gets no gradient"
def game_loss(discriminator, real, fake):
    fake = ops.stop_gradient(fake)
    real_logits = discriminator(real, training=True)
    logits = discriminator(fake, training=True)
    return discriminator_loss(real_logits, logits) + generator_loss(logits) - generator_loss(logits)


# %% The logits stopped instead of the fakes mistake="game_loss" fails=["one step", "one real sample", "other networks"] says="The fakes do not teach the discriminator" subtle=true
def game_loss(discriminator, real, fake):
    real_logits = discriminator(real, training=True)
    through = discriminator(fake, training=True)
    stopped = ops.stop_gradient(through)
    d_loss = discriminator_loss(real_logits, stopped)
    return d_loss + generator_loss(through) - generator_loss(stopped)


# %% Saturating mistake="game_loss" fails=["one step", "one real sample", "other networks"] says="The generator moves by the saturating loss" subtle=true
def game_loss(discriminator, real, fake):
    real_logits = discriminator(real, training=True)
    stopped = discriminator(ops.stop_gradient(fake), training=True)
    through = discriminator(fake, training=True)
    d_loss = discriminator_loss(real_logits, stopped)
    return d_loss + generator_loss(through, True) - generator_loss(stopped, True)


# %% Real and fake as one batch mistake="game_loss" fails=["batches by themselves"] says="Real and fake are normalized as one batch" subtle=true
def game_loss(discriminator, real, fake):
    num = ops.shape(real)[0]
    logits = discriminator(ops.concatenate([real, ops.stop_gradient(fake)]), training=True)
    through = discriminator(ops.concatenate([real, fake]), training=True)[num:]
    d_loss = discriminator_loss(logits[:num], logits[num:])
    return d_loss + generator_loss(through) - generator_loss(logits[num:])


# %% Labels swapped mistake="game_loss" fails=["one step", "one real sample", "batches by themselves", "other networks"] says="The labels are swapped"
def game_loss(discriminator, real, fake):
    real_logits = discriminator(real, training=True)
    stopped = discriminator(ops.stop_gradient(fake), training=True)
    through = discriminator(fake, training=True)
    d_loss = discriminator_loss(stopped, real_logits)
    return d_loss + generator_loss(through) - generator_loss(stopped)


# %% Frozen weights alternative="game_loss"
def game_loss(discriminator, real, fake):
    frozen = [ops.stop_gradient(w.value) for w in discriminator.trainable_variables]
    real_logits = discriminator(real, training=True)
    stopped = discriminator(ops.stop_gradient(fake), training=True)
    d_loss = discriminator_loss(real_logits, stopped)
    return d_loss + generator_loss(called_with(frozen, discriminator, fake))


# %% By the losses' formulas alternative="game_loss"
def game_loss(discriminator, real, fake):
    ask = lambda x: discriminator(x, training=True)
    still = ops.stop_gradient(fake)
    up, down, pull = ops.softplus(-ask(real)), ops.softplus(ask(still)), ops.softplus(-ask(fake))
    return ops.mean(up) + ops.mean(down) + ops.mean(pull) - ops.mean(ops.softplus(-ask(still)))


# %% A number of points mistake="share_good" fails=["around some centers", "at exactly the radius", "centers close together"] says="That is a number of points"
def share_good(points, centers, radius):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    return np.sum(apart.min(axis=1) <= radius)


# %% Closer than the radius mistake="share_good" fails=["at exactly the radius"] says="A distance of exactly the radius is good" subtle=true
def share_good(points, centers, radius):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    return np.mean(apart.min(axis=1) < radius)


# %% Squared distances mistake="share_good" fails=["around some centers", "at exactly the radius", "centers close together"] says="Squared distances were compared with the radius" subtle=true
def share_good(points, centers, radius):
    apart = ((points[:, None] - centers) ** 2).sum(axis=-1)
    return np.mean(apart.min(axis=1) <= radius)


# %% A square instead of a circle mistake="share_good" fails=["around some centers", "centers close together"] says="Both coordinates were compared by themselves" subtle=true
def share_good(points, centers, radius):
    apart = np.abs(points[:, None] - centers)
    return np.mean((apart <= radius).all(axis=-1).any(axis=1))


# %% Pairs instead of points mistake="share_good" fails=["around some centers", "at exactly the radius", "centers close together"] says="Divide by the number of points" subtle=true
def share_good(points, centers, radius):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    return np.mean(apart <= radius)


# %% Points near two centers counted twice mistake="share_good" fails=["centers close together"] says="A point near two centers is counted twice" subtle=true
def share_good(points, centers, radius):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    return np.sum(apart <= radius) / len(points)


# %% The share of bad ones mistake="share_good" fails=["around some centers", "at exactly the radius", "centers close together"] says="That is the share of the bad ones"
def share_good(points, centers, radius):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    return np.mean(apart.min(axis=1) > radius)


# %% Point by point alternative="share_good"
def share_good(points, centers, radius):
    good = 0
    for x, y in points:
        good += any((x - a) ** 2 + (y - b) ** 2 <= radius**2 for a, b in centers)
    return good / len(points)


# %% With keras.ops in float32 alternative="share_good"
def share_good(points, centers, radius):
    points, centers = ops.cast(points, "float32"), ops.cast(centers, "float32")
    squares = ops.sum(ops.square(points[:, None] - centers), axis=-1)
    return ops.mean(ops.cast(ops.any(squares <= radius**2, axis=1), "float32"))


# %% Every point counted mistake="modes_covered" fails=["more and fewer than enough", "nobody near, and the last center missed"] says="Points outside the radius were counted" subtle=true
def modes_covered(points, centers, radius, fewest):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    counts = np.bincount(apart.argmin(axis=1), minlength=len(centers))
    return int(np.sum(counts >= fewest))


# %% More than enough mistake="modes_covered" fails=["exactly enough, at exactly the radius", "centers close together"] says="A center with exactly `fewest` points is covered" subtle=true
def modes_covered(points, centers, radius, fewest):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    good = apart.min(axis=1) <= radius
    counts = np.bincount(apart.argmin(axis=1)[good], minlength=len(centers))
    return int(np.sum(counts > fewest))


# %% One is enough mistake="modes_covered" fails=["more and fewer than enough", "exactly enough, at exactly the radius", "nobody near, and the last center missed", "centers close together"] says="`fewest` has no influence"
def modes_covered(points, centers, radius, fewest):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    return int(np.sum((apart <= radius).any(axis=0)))


# %% Counted for every center within reach mistake="modes_covered" fails=["centers close together"] says="A point counts for its nearest center only" subtle=true
def modes_covered(points, centers, radius, fewest):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    return int(np.sum((apart <= radius).sum(axis=0) >= fewest))


# %% Closer than the radius mistake="modes_covered" fails=["exactly enough, at exactly the radius"] says="A distance of exactly the radius is good" subtle=true
def modes_covered(points, centers, radius, fewest):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    good = apart.min(axis=1) < radius
    counts = np.bincount(apart.argmin(axis=1)[good], minlength=len(centers))
    return int(np.sum(counts >= fewest))


# %% The number of good points mistake="modes_covered" fails=["more and fewer than enough", "exactly enough, at exactly the radius", "nobody near, and the last center missed", "centers close together"] says="That is the number of good points"
def modes_covered(points, centers, radius, fewest):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    return int(np.sum(apart.min(axis=1) <= radius))


# %% A share mistake="modes_covered" fails=["more and fewer than enough", "exactly enough, at exactly the radius", "nobody near, and the last center missed", "centers close together"] says="That is a share"
def modes_covered(points, centers, radius, fewest):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    good = apart.min(axis=1) <= radius
    counts = np.bincount(apart.argmin(axis=1)[good], minlength=len(centers))
    return float(np.mean(counts >= fewest))


# %% Center by center alternative="modes_covered"
def modes_covered(points, centers, radius, fewest):
    covered = 0
    for k, center in enumerate(centers):
        own = 0
        for point in points:
            apart = [np.hypot(*(point - other)) for other in centers]
            own += int(np.argmin(apart)) == k and apart[k] <= radius
        covered += own >= fewest
    return covered


# %% With np.unique alternative="modes_covered"
def modes_covered(points, centers, radius, fewest):
    apart = np.linalg.norm(points[:, None] - centers, axis=-1)
    nearest = np.where(apart.min(axis=1) <= radius, apart.argmin(axis=1), -1)
    names, counts = np.unique(nearest[nearest >= 0], return_counts=True)
    return np.sum(counts >= fewest)


# %% Counts mistake="class_shares" fails=["all classes", "a missing class, the last class missing", "a total collapse, one sample"] says="These are counts"
def class_shares(logits):
    return np.bincount(logits.argmax(axis=1), minlength=logits.shape[1])


# %% Mean probabilities mistake="class_shares" fails=["all classes", "a missing class, the last class missing", "a total collapse, one sample"] says="These are mean probabilities" subtle=true
def class_shares(logits):
    return ops.mean(ops.softmax(logits), axis=0)


# %% As many shares as classes seen mistake="class_shares" fails=["a missing class, the last class missing", "a total collapse, one sample"] says="The last classes are missing" subtle=true
def class_shares(logits):
    return np.bincount(logits.argmax(axis=1)) / len(logits)


# %% Only the classes that occur mistake="class_shares" fails=["a missing class, the last class missing", "a total collapse, one sample"] says="Classes that never win are missing" subtle=true
def class_shares(logits):
    return np.unique(logits.argmax(axis=1), return_counts=True)[1] / len(logits)


# %% Over the samples mistake="class_shares" fails=["all classes", "a missing class, the last class missing", "a total collapse, one sample"] says="The shares should sum to 1"
def class_shares(logits):
    return np.bincount(logits.argmax(axis=0), minlength=logits.shape[1])[: logits.shape[1]] / len(
        logits
    )


# %% Sorted mistake="class_shares" fails=["all classes", "a missing class, the last class missing", "a total collapse, one sample"] says="The shares are sorted"
def class_shares(logits):
    shares = np.bincount(logits.argmax(axis=1), minlength=logits.shape[1]) / len(logits)
    return np.sort(shares)[::-1]


# %% One-hot and mean alternative="class_shares"
def class_shares(logits):
    return np.eye(logits.shape[1])[logits.argmax(axis=1)].mean(axis=0)


# %% With keras.ops in float32 alternative="class_shares"
def class_shares(logits):
    best = ops.argmax(logits, axis=1)
    return ops.mean(ops.one_hot(best, logits.shape[1]), axis=0)


# %% Root of every entry mistake="frechet_distance" fails=["the same axes", "axes of their own", "features that never vary", "the same twice, and no spread at all"] says="The root of every entry was taken" subtle=true
def frechet_distance(mean_1, cov_1, mean_2, cov_2):
    root = np.sqrt(np.abs(cov_1 @ cov_2))
    return np.sum((mean_1 - mean_2) ** 2) + np.trace(cov_1 + cov_2 - 2 * root)


# %% Diagonals only mistake="frechet_distance" fails=["the same axes", "axes of their own", "features that never vary", "the same twice, and no spread at all"] says="Only the diagonals were used" subtle=true
def frechet_distance(mean_1, cov_1, mean_2, cov_2):
    s, t = np.sqrt(np.diag(cov_1)), np.sqrt(np.diag(cov_2))
    return np.sum((mean_1 - mean_2) ** 2) + np.sum((s - t) ** 2)


# %% Negative eigenvalues left mistake="frechet_distance" fails=["features that never vary", "the same twice, and no spread at all"] says="NaN" subtle=true
def frechet_distance(mean_1, cov_1, mean_2, cov_2):
    values, vectors = np.linalg.eigh(cov_1)
    with np.errstate(invalid="ignore"):
        root = vectors * np.sqrt(values) @ vectors.T
        both = np.sqrt(np.linalg.eigvalsh(root @ cov_2 @ root))
    return np.sum((mean_1 - mean_2) ** 2) + np.trace(cov_1 + cov_2) - 2 * np.sum(both)


# %% Eigenvalues in order of size mistake="frechet_distance" fails=["the same axes", "axes of their own", "features that never vary", "the same twice, and no spread at all"] says="The eigenvalues were paired in order of size" subtle=true
def frechet_distance(mean_1, cov_1, mean_2, cov_2):
    s = np.sqrt(np.linalg.eigvalsh(cov_1).clip(0))
    t = np.sqrt(np.linalg.eigvalsh(cov_2).clip(0))
    return np.sum((mean_1 - mean_2) ** 2) + np.sum((s - t) ** 2)


# %% Without the means mistake="frechet_distance" fails=["one feature", "the same axes", "axes of their own", "features that never vary", "the same twice, and no spread at all"] says="The means are missing"
def frechet_distance(mean_1, cov_1, mean_2, cov_2):
    values, vectors = np.linalg.eigh(cov_1)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    both = np.sqrt(np.linalg.eigvalsh(root @ cov_2 @ root).clip(0))
    return np.trace(cov_1 + cov_2) - 2 * np.sum(both)


# %% Not squared mistake="frechet_distance" fails=["one feature", "the same axes", "axes of their own", "features that never vary", "the same twice, and no spread at all"] says="That is the root of it"
def frechet_distance(mean_1, cov_1, mean_2, cov_2):
    values, vectors = np.linalg.eigh(cov_1)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    both = np.sqrt(np.linalg.eigvalsh(root @ cov_2 @ root).clip(0))
    squared = np.sum((mean_1 - mean_2) ** 2) + np.trace(cov_1 + cov_2) - 2 * np.sum(both)
    return np.sqrt(max(squared, 0))


# %% The product without its root mistake="frechet_distance" fails=["one feature", "the same axes", "axes of their own", "features that never vary", "the same twice, and no spread at all"] says="The root of the product is missing"
def frechet_distance(mean_1, cov_1, mean_2, cov_2):
    return np.sum((mean_1 - mean_2) ** 2) + np.trace(cov_1 + cov_2 - 2 * cov_1 @ cov_2)


# %% The root once mistake="frechet_distance" fails=["one feature", "the same axes", "axes of their own", "features that never vary", "the same twice, and no spread at all"] says="The root of the product is taken away twice" subtle=true
def frechet_distance(mean_1, cov_1, mean_2, cov_2):
    values, vectors = np.linalg.eigh(cov_1)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    both = np.sqrt(np.linalg.eigvalsh(root @ cov_2 @ root).clip(0))
    return np.sum((mean_1 - mean_2) ** 2) + np.trace(cov_1 + cov_2) - np.sum(both)


# %% By singular values of the two roots alternative="frechet_distance"
def frechet_distance(mean_1, cov_1, mean_2, cov_2):
    def root(cov):
        values, vectors = np.linalg.eigh(np.asarray(cov, float))
        return vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T

    overlap = np.linalg.svd(root(cov_1) @ root(cov_2), compute_uv=False).sum()
    gap = np.asarray(mean_1, float) - np.asarray(mean_2, float)
    return float(gap @ gap + np.trace(cov_1) + np.trace(cov_2) - 2 * overlap)


# %% Roots of the product's own eigenvalues alternative="frechet_distance"
def frechet_distance(mean_1, cov_1, mean_2, cov_2):
    values = np.linalg.eigvals(np.asarray(cov_1, float) @ np.asarray(cov_2, float))
    overlap = np.sqrt(np.real(values).clip(0)).sum()
    gap = np.asarray(mean_1, float) - np.asarray(mean_2, float)
    return gap @ gap + np.trace(cov_1) + np.trace(cov_2) - 2 * overlap


# %% Adam as it comes mistake="train_ring" fails=["8 of 8 modes", "80 % good samples"] says="Most clouds are empty" subtle=true
def train_ring(x, noise_size, seed):
    keras.utils.set_random_seed(seed)
    generator, discriminator = mlp(noise_size, 64, 2, "tanh"), mlp(2, 64, 1, "leaky_relu")
    game = Game(generator, discriminator, noise_size)
    game.compile(keras.optimizers.Adam(0.005))
    game.fit(x, batch_size=128, verbose=0)
    return generator


# %% Too few batches mistake="train_ring" fails=["8 of 8 modes", "80 % good samples"] says="Most clouds are empty" subtle=true
def train_ring(x, noise_size, seed):
    keras.utils.set_random_seed(seed)
    generator, discriminator = mlp(noise_size, 64, 2, "tanh"), mlp(2, 64, 1, "leaky_relu")
    game = Game(generator, discriminator, noise_size)
    game.compile(keras.optimizers.Adam(0.005, beta_1=0.5))
    game.fit(x[:12_800], batch_size=256, verbose=0)
    return generator


# %% Trains on the notebook's own ring mistake="train_ring" fails=["8 of 8 modes", "80 % good samples"] says="The check turns the ring" subtle=true
def train_ring(x, noise_size, seed):
    keras.utils.set_random_seed(seed)
    generator, discriminator = mlp(noise_size, 64, 2, "tanh"), mlp(2, 64, 1, "leaky_relu")
    game = Game(generator, discriminator, noise_size)
    rate = keras.optimizers.schedules.CosineDecay(0.01, 1000)
    game.compile(keras.optimizers.Adam(rate, beta_1=0.5))
    game.fit(ring(len(x), seed), batch_size=128, verbose=0)
    return generator


# %% Returns the discriminator mistake="train_ring" fails=["noise in, points out", "8 of 8 modes", "80 % good samples", "the same seed, the same generator"] says="Is it the generator that you return"
def train_ring(x, noise_size, seed):
    keras.utils.set_random_seed(seed)
    generator, discriminator = mlp(noise_size, 64, 2, "tanh"), mlp(2, 64, 1, "leaky_relu")
    game = Game(generator, discriminator, noise_size)
    game.compile(keras.optimizers.Adam(0.005, beta_1=0.5))
    game.fit(x[:1280], batch_size=128, verbose=0)
    return discriminator


# %% Forgets to train mistake="train_ring" fails=["8 of 8 modes", "80 % good samples"] says="Most clouds are empty"
def train_ring(x, noise_size, seed):
    keras.utils.set_random_seed(seed)
    generator, discriminator = mlp(noise_size, 64, 2, "tanh"), mlp(2, 64, 1, "leaky_relu")
    game = Game(generator, discriminator, noise_size)
    game.compile(keras.optimizers.Adam(0.005, beta_1=0.5))
    return generator


# %% Without the seed mistake="train_ring" fails=["the same seed, the same generator"] says="The same seed gave another generator the second time" subtle=true
def train_ring(x, noise_size, seed):
    generator, discriminator = mlp(noise_size, 64, 2, "tanh"), mlp(2, 64, 1, "leaky_relu")
    game = Game(generator, discriminator, noise_size)
    rate = keras.optimizers.schedules.CosineDecay(0.01, len(x) // 128)
    game.compile(keras.optimizers.Adam(rate, beta_1=0.5))
    game.fit(x, batch_size=128, verbose=0)
    return generator


# %% More units alternative="train_ring"
def train_ring(x, noise_size, seed):
    keras.utils.set_random_seed(seed)
    generator, discriminator = mlp(noise_size, 96, 2, "tanh"), mlp(2, 96, 1, "leaky_relu")
    game = Game(generator, discriminator, noise_size)
    rate = keras.optimizers.schedules.PolynomialDecay(0.008, 1000)
    game.compile(optimizer=keras.optimizers.Adam(rate, beta_1=0.5))
    game.fit(x, batch_size=128, epochs=1, shuffle=False, verbose=0)
    return generator


# %% Batches of 100 by hand alternative="train_ring"
def train_ring(x, noise_size, seed):
    keras.utils.set_random_seed(seed)
    generator, discriminator = mlp(noise_size, 64, 2, "tanh"), mlp(2, 64, 1, "leaky_relu")
    game = Game(generator, discriminator, noise_size)
    batches = x[: len(x) // 100 * 100].reshape(-1, 100, 2)
    rate = keras.optimizers.schedules.CosineDecay(0.01, len(batches))
    game.compile(keras.optimizers.Adam(rate, beta_1=0.5))
    for batch in batches:
        game.train_on_batch(batch)
    return generator


# %% No sigmoid at the end of the generator mistake="build_digit_gan" fails=["two networks that fit", "any size of the noise", "near the digits after 10 epochs", "nearly all classes drawn", "a picture by itself"] says="Pixels should be from 0 to 1"
def build_digit_gan(noise_size):
    layers = keras.layers
    generator = keras.Sequential([keras.Input((noise_size,)), layers.Dense(512)])
    for layer in [layers.ReLU(), layers.Reshape((4, 4, 32)), layers.UpSampling2D()]:
        generator.add(layer)
    generator.add(layers.Conv2D(1, 3, padding="same"))
    first = layers.Conv2D(32, 3, strides=2, activation="leaky_relu")
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), first, layers.Flatten(), layers.Dense(1)]
    )
    return generator, discriminator


# %% Tanh at the end of the generator mistake="build_digit_gan" fails=["two networks that fit", "any size of the noise", "near the digits after 10 epochs", "nearly all classes drawn", "a picture by itself"] says="Pixels should be from 0 to 1" subtle=true
def build_digit_gan(noise_size):
    layers = keras.layers
    generator = keras.Sequential([keras.Input((noise_size,)), layers.Dense(512)])
    for layer in [layers.ReLU(), layers.Reshape((4, 4, 32)), layers.UpSampling2D()]:
        generator.add(layer)
    generator.add(layers.Conv2D(1, 3, padding="same", activation="tanh"))
    first = layers.Conv2D(32, 3, strides=2, activation="leaky_relu")
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), first, layers.Flatten(), layers.Dense(1)]
    )
    return generator, discriminator


# %% Probabilities from the discriminator mistake="build_digit_gan" fails=["two networks that fit", "any size of the noise", "near the digits after 10 epochs", "nearly all classes drawn", "a picture by itself"] says="All answers lie between 0 and 1" subtle=true
def build_digit_gan(noise_size):
    layers = keras.layers
    generator = keras.Sequential([keras.Input((noise_size,)), layers.Dense(512)])
    for layer in [layers.ReLU(), layers.Reshape((4, 4, 32)), layers.UpSampling2D()]:
        generator.add(layer)
    generator.add(layers.Conv2D(1, 3, padding="same", activation="sigmoid"))
    first = layers.Conv2D(32, 3, strides=2, activation="leaky_relu")
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), first, layers.Flatten(), layers.Dense(1, activation="sigmoid")]
    )
    return generator, discriminator


# %% Dense layers only mistake="build_digit_gan" fails=["two networks that fit", "any size of the noise", "near the digits after 10 epochs", "nearly all classes drawn", "a picture by itself"] says="There is no convolution in the generator"
def build_digit_gan(noise_size):
    layers = keras.layers
    generator = keras.Sequential(
        [
            keras.Input((noise_size,)),
            layers.Dense(128, activation="relu"),
            layers.Dense(64, activation="sigmoid"),
            layers.Reshape((8, 8, 1)),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Flatten(),
            layers.Dense(64, activation="leaky_relu"),
            layers.Dense(1),
        ]
    )
    return generator, discriminator


# %% Padding forgotten mistake="build_digit_gan" fails=["two networks that fit", "any size of the noise", "near the digits after 10 epochs", "nearly all classes drawn", "a picture by itself"] says="The generator's answer has the wrong shape" subtle=true
def build_digit_gan(noise_size):
    layers = keras.layers
    generator = keras.Sequential([keras.Input((noise_size,)), layers.Dense(512)])
    for layer in [layers.ReLU(), layers.Reshape((4, 4, 32)), layers.UpSampling2D()]:
        generator.add(layer)
    generator.add(layers.Conv2D(1, 3, activation="sigmoid"))
    first = layers.Conv2D(32, 3, strides=2, activation="leaky_relu")
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), first, layers.Flatten(), layers.Dense(1)]
    )
    return generator, discriminator


# %% One logit per place mistake="build_digit_gan" fails=["two networks that fit", "any size of the noise", "near the digits after 10 epochs", "nearly all classes drawn", "a picture by itself"] says="The discriminator's answer has the wrong shape" subtle=true
def build_digit_gan(noise_size):
    layers = keras.layers
    generator = keras.Sequential([keras.Input((noise_size,)), layers.Dense(512)])
    for layer in [layers.ReLU(), layers.Reshape((4, 4, 32)), layers.UpSampling2D()]:
        generator.add(layer)
    generator.add(layers.Conv2D(1, 3, padding="same", activation="sigmoid"))
    first = layers.Conv2D(32, 3, strides=2, activation="leaky_relu")
    discriminator = keras.Sequential([keras.Input((8, 8, 1)), first, layers.Dense(1)])
    return generator, discriminator


# %% Too large mistake="build_digit_gan" fails=["two networks that fit", "any size of the noise", "near the digits after 10 epochs", "nearly all classes drawn", "a picture by itself"] says="Too many weights"
def build_digit_gan(noise_size):
    layers = keras.layers
    generator = keras.Sequential([keras.Input((noise_size,)), layers.Dense(4 * 4 * 256)])
    for layer in [layers.ReLU(), layers.Reshape((4, 4, 256)), layers.UpSampling2D()]:
        generator.add(layer)
    generator.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
    generator.add(layers.Conv2D(1, 3, padding="same", activation="sigmoid"))
    first = layers.Conv2D(32, 3, strides=2, activation="leaky_relu")
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), first, layers.Flatten(), layers.Dense(1)]
    )
    return generator, discriminator


# %% One pixel decides mistake="build_digit_gan" fails=["near the digits after 10 epochs", "nearly all classes drawn"] says="The drawings are too far from the digits" subtle=true
def build_digit_gan(noise_size):
    layers = keras.layers
    generator = keras.Sequential([keras.Input((noise_size,)), layers.Dense(128)])
    for layer in [layers.ReLU(), layers.Reshape((4, 4, 8)), layers.UpSampling2D()]:
        generator.add(layer)
    generator.add(layers.Conv2D(1, 3, padding="same", activation="sigmoid"))
    discriminator = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 1, activation="leaky_relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(1),
        ]
    )
    return generator, discriminator


# %% Transposed convolution, a functional discriminator alternative="build_digit_gan"
def build_digit_gan(noise_size):
    layers = keras.layers
    generator = keras.Sequential(
        [
            keras.Input((noise_size,)),
            layers.Dense(512, use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.LeakyReLU(0.2),
            layers.Reshape((4, 4, 32)),
            layers.Conv2DTranspose(32, 4, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.LeakyReLU(0.2),
            layers.Conv2D(1, 3, padding="same"),
            layers.Activation("sigmoid"),
        ]
    )
    image = keras.Input((8, 8, 1))
    hidden = layers.LeakyReLU(0.2)(layers.Conv2D(32, 3, strides=2, padding="same")(image))
    hidden = layers.LeakyReLU(0.2)(layers.Conv2D(64, 3, strides=2, padding="same")(hidden))
    return generator, keras.Model(image, layers.Dense(1)(layers.Flatten()(hidden)))


# %% More channels early, fewer late alternative="build_digit_gan"
def build_digit_gan(noise_size):
    layers = keras.layers
    noise = keras.Input((noise_size,))
    hidden = layers.ReLU()(layers.BatchNormalization()(layers.Dense(4 * 4 * 40)(noise)))
    hidden = layers.UpSampling2D()(layers.Reshape((4, 4, 40))(hidden))
    hidden = layers.Conv2D(32, 3, padding="same")(hidden)
    hidden = layers.ReLU()(layers.BatchNormalization()(hidden))
    image = layers.Conv2D(1, 3, padding="same", activation="sigmoid")(hidden)
    discriminator = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(48, 3, strides=2, padding="same", activation="leaky_relu"),
            layers.Conv2D(64, 3, strides=2, padding="same", activation="leaky_relu"),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    return keras.Model(noise, image), discriminator
