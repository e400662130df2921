# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.


# %% One sum for the scores mistake="input_gradient" fails=["one image", "every image its own slopes", "images with channels", "another network"] says="That is the sum over the batch"
def input_gradient(score, x):
    value, gradient = value_and_grad(lambda images: ops.sum(score(images)))(x)
    return float(value), ops.convert_to_numpy(gradient)


# %% The mean of the scores mistake="input_gradient" fails=["every image its own slopes", "images with channels", "another network"] says="The slopes are divided by the number of images" subtle=true
def input_gradient(score, x):
    _, gradient = value_and_grad(lambda images: ops.mean(score(images)))(x)
    return ops.convert_to_numpy(score(x)), ops.convert_to_numpy(gradient)


# %% Only the first image mistake="input_gradient" fails=["every image its own slopes", "images with channels", "another network"] says="Only the first image has slopes" subtle=true
def input_gradient(score, x):
    _, gradient = value_and_grad(lambda images: score(images)[0])(x)
    return ops.convert_to_numpy(score(x)), ops.convert_to_numpy(gradient)


# %% In the order of words mistake="input_gradient" fails=["one image", "every image its own slopes", "images with channels", "another network"] says="The order is turned around"
def input_gradient(score, x):
    _, gradient = value_and_grad(lambda images: ops.sum(score(images)))(x)
    return ops.convert_to_numpy(gradient), ops.convert_to_numpy(score(x))


# %% NumPy in between mistake="input_gradient" fails=["one image", "every image its own slopes", "images with channels", "another network"] says="the sum of the scores, one number"
def input_gradient(score, x):
    _, gradient = value_and_grad(lambda images: np.sum(ops.convert_to_numpy(score(images))))(x)
    return ops.convert_to_numpy(score(x)), ops.convert_to_numpy(gradient)


# %% No sum mistake="input_gradient" fails=["one image", "every image its own slopes", "images with channels", "another network"] says="the sum of the scores, one number"
def input_gradient(score, x):
    _, gradient = value_and_grad(score)(x)
    return ops.convert_to_numpy(score(x)), ops.convert_to_numpy(gradient)


# %% The gradient only mistake="input_gradient" fails=["one image", "every image its own slopes", "images with channels", "another network"] says="Return both"
def input_gradient(score, x):
    return value_and_grad(lambda images: ops.sum(score(images)))(x)[1]


# %% Adds up the batch of slopes mistake="input_gradient" fails=["one image", "every image its own slopes", "images with channels", "another network"] says="Keep the batch" subtle=true
def input_gradient(score, x):
    _, gradient = value_and_grad(lambda images: ops.sum(score(images)))(x)
    return ops.convert_to_numpy(score(x)), ops.convert_to_numpy(gradient).sum(axis=0)


# %% One image at a time alternative="input_gradient"
def input_gradient(score, x):
    slopes = []
    for k in range(len(x)):
        _, gradient = value_and_grad(lambda images, k=k: score(images)[k])(x)
        slopes.append(ops.convert_to_numpy(gradient)[k])
    return ops.convert_to_numpy(score(x)), np.array(slopes)


# %% Tensors alternative="input_gradient"
def input_gradient(score, x):
    x = ops.cast(x, "float32")
    return score(x), value_and_grad(lambda images: ops.sum(score(images)))(x)[1]


# %% The mean, times the batch alternative="input_gradient"
def input_gradient(score, x):
    f = value_and_grad(lambda images: ops.mean(score(images)) * len(x))
    return np.asarray(score(x)), np.asarray(f(x)[1])


# %% The length instead of the mean mistake="ascent_step" fails=["four pixels by hand", "every image its own length", "no slope at all", "other sizes"] says="You divided by the root of the sum of squares" subtle=true
def ascent_step(x, gradient, step):
    root = np.sqrt(np.sum(np.square(gradient), axis=(1, 2, 3), keepdims=True))
    return x + step * gradient / np.where(root > 0, root, 1.0)


# %% One root for all mistake="ascent_step" fails=["every image its own length", "no slope at all", "other sizes"] says="One root for the whole batch" subtle=true
def ascent_step(x, gradient, step):
    root = np.sqrt(np.mean(np.square(gradient)))
    return x + step * gradient / (root if root > 0 else 1.0)


# %% Downhill mistake="ascent_step" fails=["four pixels by hand", "every image its own length", "no slope at all", "other sizes"] says="It goes downhill"
def ascent_step(x, gradient, step):
    root = np.sqrt(np.mean(np.square(gradient), axis=(1, 2, 3), keepdims=True))
    return x - step * gradient / np.where(root > 0, root, 1.0)


# %% Divides by zero mistake="ascent_step" fails=["no slope at all"] says="NaN came back" subtle=true
def ascent_step(x, gradient, step):
    root = np.sqrt(np.mean(np.square(gradient), axis=(1, 2, 3), keepdims=True))
    return x + step * gradient / root


# %% As long as it was mistake="ascent_step" fails=["four pixels by hand", "every image its own length", "no slope at all", "other sizes"] says="The gradient is as long as it was"
def ascent_step(x, gradient, step):
    return x + step * gradient


# %% The sign mistake="ascent_step" fails=["four pixels by hand", "every image its own length", "no slope at all", "other sizes"] says="That is the sign of each slope"
def ascent_step(x, gradient, step):
    return x + step * np.sign(gradient)


# %% The deviation mistake="ascent_step" fails=["four pixels by hand", "every image its own length", "no slope at all", "other sizes"] says="That is the standard deviation" subtle=true
def ascent_step(x, gradient, step):
    root = np.std(gradient, axis=(1, 2, 3), keepdims=True)
    return x + step * gradient / np.where(root > 0, root, 1.0)


# %% A root for each channel mistake="ascent_step" fails=["every image its own length", "other sizes"] says="One root for each channel" subtle=true
def ascent_step(x, gradient, step):
    root = np.sqrt(np.mean(np.square(gradient), axis=(1, 2), keepdims=True))
    return x + step * gradient / np.where(root > 0, root, 1.0)


# %% Moves the caller's image mistake="ascent_step" fails=["leaves its arguments alone"] says="Your function changed its argument `x` itself" subtle=true
def ascent_step(x, gradient, step):
    root = np.sqrt(np.mean(np.square(gradient), axis=(1, 2, 3), keepdims=True))
    x += step * gradient / np.where(root > 0, root, 1.0)
    return x


# %% Scales the caller's gradient mistake="ascent_step" fails=["leaves its arguments alone"] says="Your function changed its argument `gradient` itself" subtle=true
def ascent_step(x, gradient, step):
    root = np.sqrt(np.mean(np.square(gradient), axis=(1, 2, 3), keepdims=True))
    gradient /= np.where(root > 0, root, 1.0)
    return x + step * gradient


# %% Image by image alternative="ascent_step"
def ascent_step(x, gradient, step):
    moved = []
    for image, slope in zip(x, gradient):
        root = (slope**2).mean() ** 0.5
        moved.append(image + step * slope / root if root else image.copy())
    return np.array(moved)


# %% A tiny number under the root alternative="ascent_step"
def ascent_step(x, gradient, step):
    square = np.mean(np.square(gradient), axis=(1, 2, 3), keepdims=True)
    return x + step * gradient / np.sqrt(square + 1e-12)


# %% In keras.ops, float32 alternative="ascent_step"
def ascent_step(x, gradient, step):
    x, gradient = ops.cast(x, "float32"), ops.cast(gradient, "float32")
    square = ops.mean(gradient**2, axis=(1, 2, 3), keepdims=True)
    return x + step * gradient / ops.maximum(ops.sqrt(square), 1e-10)


# %% Never cuts off mistake="favourite_input" fails=["several steps", "pixels stay from 0 to 1", "other lengths"] says="Pixels left the range from 0 to 1" subtle=true
def favourite_input(score, start, num_steps, step):
    x, track = np.asarray(start), []
    for _ in range(num_steps):
        scores, gradient = input_gradient(score, x)
        track.append(scores)
        x = ascent_step(x, gradient, step)
    track.append(input_gradient(score, x)[0])
    return x, np.array(track)


# %% Cuts off at the end mistake="favourite_input" fails=["several steps", "pixels stay from 0 to 1", "other lengths"] says="before the next gradient" subtle=true
def favourite_input(score, start, num_steps, step):
    x, track = np.asarray(start), []
    for _ in range(num_steps):
        scores, gradient = input_gradient(score, x)
        track.append(scores)
        x = ascent_step(x, gradient, step)
    x = np.clip(x, 0, 1)
    track.append(input_gradient(score, x)[0])
    return x, np.array(track)


# %% Always from the start mistake="favourite_input" fails=["several steps", "pixels stay from 0 to 1", "other lengths"] says="Only one step was made"
def favourite_input(score, start, num_steps, step):
    track = [input_gradient(score, start)[0]]
    for _ in range(num_steps):
        _, gradient = input_gradient(score, start)
        x = np.clip(ascent_step(start, gradient, step), 0, 1)
        track.append(input_gradient(score, x)[0])
    return x, np.array(track)


# %% No score after the last step mistake="favourite_input" fails=["one step", "several steps", "pixels stay from 0 to 1", "other lengths"] says="The scores after the last step are missing" subtle=true
def favourite_input(score, start, num_steps, step):
    x, track = np.asarray(start), []
    for _ in range(num_steps):
        scores, gradient = input_gradient(score, x)
        track.append(scores)
        x = np.clip(ascent_step(x, gradient, step), 0, 1)
    return x, np.array(track)


# %% No score before the first step mistake="favourite_input" fails=["one step", "several steps", "pixels stay from 0 to 1", "other lengths"] says="The scores before the first step are missing"
def favourite_input(score, start, num_steps, step):
    x, track = np.asarray(start), []
    for _ in range(num_steps):
        x = np.clip(ascent_step(x, input_gradient(score, x)[1], step), 0, 1)
        track.append(input_gradient(score, x)[0])
    return x, np.array(track)


# %% Downhill mistake="favourite_input" fails=["one step", "several steps", "pixels stay from 0 to 1", "other lengths"] says="The scores fall"
def favourite_input(score, start, num_steps, step):
    x, track = np.asarray(start), []
    for _ in range(num_steps):
        scores, gradient = input_gradient(score, x)
        track.append(scores)
        x = np.clip(ascent_step(x, -gradient, step), 0, 1)
    track.append(input_gradient(score, x)[0])
    return x, np.array(track)


# %% Adds up the images' scores mistake="favourite_input" fails=["one step", "several steps", "pixels stay from 0 to 1", "other lengths"] says="One score per step and image"
def favourite_input(score, start, num_steps, step):
    x, track = np.asarray(start), []
    for _ in range(num_steps):
        scores, gradient = input_gradient(score, x)
        track.append(scores.sum())
        x = np.clip(ascent_step(x, gradient, step), 0, 1)
    track.append(input_gradient(score, x)[0].sum())
    return x, np.array(track)


# %% Climbs in the caller's images mistake="favourite_input" fails=["leaves the start alone"] says="Your function changed its argument `start` itself" subtle=true
def favourite_input(score, start, num_steps, step):
    x, track = start, []
    for _ in range(num_steps):
        scores, gradient = input_gradient(score, x)
        track.append(scores)
        x[...] = np.clip(ascent_step(x, gradient, step), 0, 1)
    track.append(input_gradient(score, x)[0])
    return x, np.array(track)


# %% Scores first, then steps alternative="favourite_input"
def favourite_input(score, start, num_steps, step):
    images = [np.array(start)]
    for _ in range(num_steps):
        _, gradient = input_gradient(score, images[-1])
        images.append(np.minimum(1, np.maximum(0, ascent_step(images[-1], gradient, step))))
    return images[-1], np.stack([ops.convert_to_numpy(score(x)) for x in images])


# %% In keras.ops alternative="favourite_input"
def favourite_input(score, start, num_steps, step):
    x, track = ops.cast(start, "float32"), []
    for _ in range(num_steps):
        scores, gradient = input_gradient(score, x)
        track.append(scores)
        root = ops.sqrt(ops.mean(gradient**2, axis=(1, 2, 3), keepdims=True))
        x = ops.clip(x + step * gradient / (root + 1e-12), 0, 1)
    return x, ops.stack([*track, score(x)])


# %% Cancels channels mistake="saliency" fails=["the largest over the channels", "another network"] says="Slopes of different channels cancelled" subtle=true
def saliency(network, x, labels):
    def score(images):
        logits = network(images)
        return ops.sum(logits * ops.one_hot(labels, logits.shape[-1]), axis=-1)

    _, gradient = input_gradient(score, x)
    largest = np.abs(gradient.sum(axis=-1))
    return largest / largest.max(axis=(1, 2), keepdims=True)


# %% Adds up the channels mistake="saliency" fails=["the largest over the channels", "another network"] says="You added up the channels" subtle=true
def saliency(network, x, labels):
    def score(images):
        logits = network(images)
        return ops.sum(logits * ops.one_hot(labels, logits.shape[-1]), axis=-1)

    _, gradient = input_gradient(score, x)
    largest = np.abs(gradient).sum(axis=-1)
    return largest / largest.max(axis=(1, 2), keepdims=True)


# %% Keeps the sign mistake="saliency" fails=["one grey image", "several images, each with its label", "the largest over the channels", "another network"] says="Take the absolute value first"
def saliency(network, x, labels):
    def score(images):
        logits = network(images)
        return ops.sum(logits * ops.one_hot(labels, logits.shape[-1]), axis=-1)

    _, gradient = input_gradient(score, x)
    largest = gradient.max(axis=-1)
    return largest / largest.max(axis=(1, 2), keepdims=True)


# %% Through the softmax mistake="saliency" fails=["one grey image", "several images, each with its label", "the largest over the channels", "another network"] says="That is the slope of the probability" subtle=true
def saliency(network, x, labels):
    def score(images):
        probs = ops.softmax(network(images))
        return ops.sum(probs * ops.one_hot(labels, probs.shape[-1]), axis=-1)

    _, gradient = input_gradient(score, x)
    largest = np.abs(gradient).max(axis=-1)
    return largest / largest.max(axis=(1, 2), keepdims=True)


# %% The network's own choice mistake="saliency" fails=["one grey image", "several images, each with its label", "the largest over the channels", "another network"] says="That is the class the network prefers" subtle=true
def saliency(network, x, labels):
    _, gradient = input_gradient(lambda images: ops.max(network(images), axis=-1), x)
    largest = np.abs(gradient).max(axis=-1)
    return largest / largest.max(axis=(1, 2), keepdims=True)


# %% One scale for all mistake="saliency" fails=["several images, each with its label", "the largest over the channels", "another network"] says="One scale for the whole batch" subtle=true
def saliency(network, x, labels):
    def score(images):
        logits = network(images)
        return ops.sum(logits * ops.one_hot(labels, logits.shape[-1]), axis=-1)

    _, gradient = input_gradient(score, x)
    largest = np.abs(gradient).max(axis=-1)
    return largest / largest.max()


# %% No scale mistake="saliency" fails=["one grey image", "several images, each with its label", "the largest over the channels", "another network"] says="The scale is missing"
def saliency(network, x, labels):
    def score(images):
        logits = network(images)
        return ops.sum(logits * ops.one_hot(labels, logits.shape[-1]), axis=-1)

    return np.abs(input_gradient(score, x)[1]).max(axis=-1)


# %% Every logit mistake="saliency" fails=["one grey image", "several images, each with its label", "the largest over the channels", "another network"] says="All logits were added up"
def saliency(network, x, labels):
    _, gradient = input_gradient(lambda images: ops.sum(network(images), axis=-1), x)
    largest = np.abs(gradient).max(axis=-1)
    return largest / largest.max(axis=(1, 2), keepdims=True)


# %% One label at a time alternative="saliency"
def saliency(network, x, labels):
    maps = []
    for k, label in enumerate(labels):
        one = x[k : k + 1]
        _, slope = value_and_grad(lambda image, label=int(label): network(image)[0, label])(one)
        largest = np.abs(ops.convert_to_numpy(slope)).max(axis=-1)[0]
        maps.append(largest / largest.max())
    return np.stack(maps)


# %% In keras.ops alternative="saliency"
def saliency(network, x, labels):
    labels = ops.reshape(ops.cast(labels, "int32"), (-1, 1))
    score = lambda images: ops.take_along_axis(network(images), labels, axis=1)[:, 0]
    largest = ops.max(ops.abs(input_gradient(score, x)[1]), axis=-1)
    return largest / ops.max(largest, axis=(1, 2), keepdims=True)


# %% Makes it better mistake="signed_step" fails=["one image", "several images", "other bounds"] says="The loss falls"
def signed_step(network, x, labels, bound):
    loss_of = lambda z: keras.losses.sparse_categorical_crossentropy(
        labels, network(z), from_logits=True
    )
    return np.clip(x - bound * np.sign(input_gradient(loss_of, x)[1]), 0, 1)


# %% No sign mistake="signed_step" fails=["one image", "several images", "other bounds"] says="The sign is missing"
def signed_step(network, x, labels, bound):
    loss_of = lambda z: keras.losses.sparse_categorical_crossentropy(
        labels, network(z), from_logits=True
    )
    return np.clip(x + bound * input_gradient(loss_of, x)[1], 0, 1)


# %% Leaves the range mistake="signed_step" fails=["one image", "several images", "other bounds"] says="Pixels left the range from 0 to 1" subtle=true
def signed_step(network, x, labels, bound):
    loss_of = lambda z: keras.losses.sparse_categorical_crossentropy(
        labels, network(z), from_logits=True
    )
    return x + bound * np.sign(input_gradient(loss_of, x)[1])


# %% Lowers the logit only mistake="signed_step" fails=["one image", "several images", "other bounds"] says="This lowers the label's logit only" subtle=true
def signed_step(network, x, labels, bound):
    def score(images):
        logits = network(images)
        return ops.sum(logits * ops.one_hot(labels, logits.shape[-1]), axis=-1)

    return np.clip(x - bound * np.sign(input_gradient(score, x)[1]), 0, 1)


# %% The class it prefers mistake="signed_step" fails=["one image", "several images", "other bounds"] says="This raises the loss of the class that the network prefers" subtle=true
def signed_step(network, x, labels, bound):
    own = ops.argmax(network(x), axis=-1)
    loss_of = lambda z: keras.losses.sparse_categorical_crossentropy(
        own, network(z), from_logits=True
    )
    return np.clip(x + bound * np.sign(input_gradient(loss_of, x)[1]), 0, 1)


# %% The change alone mistake="signed_step" fails=["one image", "several images", "other bounds"] says="That is the change alone"
def signed_step(network, x, labels, bound):
    loss_of = lambda z: keras.losses.sparse_categorical_crossentropy(
        labels, network(z), from_logits=True
    )
    return bound * np.sign(input_gradient(loss_of, x)[1])


# %% A step of the exercise before mistake="signed_step" fails=["one image", "several images", "other bounds"] says="That is `ascent_step`" subtle=true
def signed_step(network, x, labels, bound):
    loss_of = lambda z: keras.losses.sparse_categorical_crossentropy(
        labels, network(z), from_logits=True
    )
    return np.clip(ascent_step(x, input_gradient(loss_of, x)[1], bound), 0, 1)


# %% Changes the caller's images mistake="signed_step" fails=["leaves the images alone"] says="Your function changed its argument `x` itself" subtle=true
def signed_step(network, x, labels, bound):
    loss_of = lambda z: keras.losses.sparse_categorical_crossentropy(
        labels, network(z), from_logits=True
    )
    x += (bound * np.sign(input_gradient(loss_of, x)[1])).astype(x.dtype)
    return np.clip(x, 0, 1)


# %% One mean loss for the batch alternative="signed_step"
def signed_step(network, x, labels, bound):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    _, gradient = value_and_grad(lambda images: loss(labels, network(images)))(x)
    return np.clip(x + bound * np.sign(ops.convert_to_numpy(gradient)), 0, 1)


# %% Cross-entropy by hand alternative="signed_step"
def signed_step(network, x, labels, bound):
    def loss_of(images):
        logits = network(images)
        given = ops.sum(logits * ops.one_hot(labels, logits.shape[-1]), axis=-1)
        return ops.logsumexp(logits, axis=-1) - given

    slope = value_and_grad(lambda images: ops.sum(loss_of(images)))(x)[1]
    return ops.clip(ops.cast(x, "float32") + bound * ops.sign(slope), 0, 1)


# %% Drifts away mistake="fool" fails=["steps that would lead outside", "never further than the bound"] says="Pixels are further than the bound from their original" subtle=true
def fool(network, x, labels, bound, num_steps, step):
    changed = np.asarray(x)
    for _ in range(num_steps):
        before = changed
        changed = signed_step(network, changed, labels, step)
        changed = np.clip(changed, before - bound, before + bound)
    return changed


# %% Goes back at the end mistake="fool" fails=["steps that would lead outside", "never further than the bound"] says="Go back into the bound after each step" subtle=true
def fool(network, x, labels, bound, num_steps, step):
    changed = np.asarray(x)
    for _ in range(num_steps):
        changed = signed_step(network, changed, labels, step)
    return np.clip(changed, x - bound, x + bound)


# %% The slopes at the start mistake="fool" fails=["small steps inside the bound", "steps that would lead outside", "never further than the bound"] says="Every step uses the slopes at the start" subtle=true
def fool(network, x, labels, bound, num_steps, step):
    loss_of = lambda z: keras.losses.sparse_categorical_crossentropy(
        labels, network(z), from_logits=True
    )
    direction = np.sign(input_gradient(loss_of, x)[1])
    changed = np.asarray(x)
    for _ in range(num_steps):
        changed = np.clip(np.clip(changed + step * direction, 0, 1), x - bound, x + bound)
    return changed


# %% Steps as long as the bound mistake="fool" fails=["small steps inside the bound", "steps that would lead outside", "never further than the bound"] says="Each step should have the length `step`"
def fool(network, x, labels, bound, num_steps, step):
    changed = np.asarray(x)
    for _ in range(num_steps):
        changed = signed_step(network, changed, labels, bound)
        changed = np.clip(changed, x - bound, x + bound)
    return changed


# %% Always from the original mistake="fool" fails=["small steps inside the bound", "steps that would lead outside", "never further than the bound"] says="Only one step was made"
def fool(network, x, labels, bound, num_steps, step):
    for _ in range(num_steps):
        changed = signed_step(network, x, labels, step)
        changed = np.clip(changed, x - bound, x + bound)
    return changed


# %% Cuts off at the bound, not around x mistake="fool" fails=["one step of the whole bound", "small steps inside the bound", "steps that would lead outside", "never further than the bound"] says="Some pixels are further than the bound from their original"
def fool(network, x, labels, bound, num_steps, step):
    changed = np.asarray(x)
    for _ in range(num_steps):
        changed = np.clip(signed_step(network, changed, labels, step), -bound, bound)
    return changed


# %% Leaves the range mistake="fool" fails=["one step of the whole bound", "small steps inside the bound", "steps that would lead outside", "never further than the bound"] says="Pixels left the range from 0 to 1" subtle=true
def fool(network, x, labels, bound, num_steps, step):
    loss_of = lambda z: keras.losses.sparse_categorical_crossentropy(
        labels, network(z), from_logits=True
    )
    changed = np.asarray(x)
    for _ in range(num_steps):
        changed = changed + step * np.sign(input_gradient(loss_of, changed)[1])
        changed = np.clip(changed, x - bound, x + bound)
    return changed


# %% The change is kept apart alternative="fool"
def fool(network, x, labels, bound, num_steps, step):
    change = np.zeros_like(x)
    for _ in range(num_steps):
        moved = signed_step(network, x + change, labels, step)
        change = np.clip(moved - x, -bound, bound)
    return x + change


# %% The box first alternative="fool"
def fool(network, x, labels, bound, num_steps, step):
    low, high = np.maximum(x - bound, 0), np.minimum(x + bound, 1)
    changed = x.astype("float64")
    for _ in range(num_steps):
        changed = np.minimum(np.maximum(signed_step(network, changed, labels, step), low), high)
    return changed


# %% No average mistake="gram_matrices" fails=["two places by hand", "a batch of maps", "the order of the places does not matter", "a gradient comes through", "other sizes"] says="The average is missing"
def gram_matrices(maps):
    places = ops.reshape(maps, (maps.shape[0], -1, maps.shape[-1]))
    return ops.matmul(ops.transpose(places, (0, 2, 1)), places)


# %% Places with places mistake="gram_matrices" fails=["two places by hand", "a batch of maps", "the order of the places does not matter", "a gradient comes through", "other sizes"] says="The product should sum over the places"
def gram_matrices(maps):
    places = ops.reshape(maps, (maps.shape[0], -1, maps.shape[-1]))
    return ops.matmul(places, ops.transpose(places, (0, 2, 1))) / places.shape[1]


# %% Filters mixed by the reshape mistake="gram_matrices" fails=["two places by hand", "a batch of maps", "the order of the places does not matter", "a gradient comes through", "other sizes"] says="The numbers of different filters were mixed" subtle=true
def gram_matrices(maps):
    places = ops.reshape(maps, (maps.shape[0], maps.shape[-1], -1))
    return ops.matmul(places, ops.transpose(places, (0, 2, 1))) / places.shape[2]


# %% Divides by the filters too mistake="gram_matrices" fails=["two places by hand", "a batch of maps", "the order of the places does not matter", "a gradient comes through", "other sizes"] says="Divide by the number of places" subtle=true
def gram_matrices(maps):
    places = ops.reshape(maps, (maps.shape[0], -1, maps.shape[-1]))
    grams = ops.matmul(ops.transpose(places, (0, 2, 1)), places)
    return grams / (places.shape[1] * places.shape[2])


# %% A covariance mistake="gram_matrices" fails=["two places by hand", "a batch of maps", "the order of the places does not matter", "a gradient comes through", "other sizes"] says="You took the mean of each map away first" subtle=true
def gram_matrices(maps):
    places = ops.reshape(maps, (maps.shape[0], -1, maps.shape[-1]))
    places = places - ops.mean(places, axis=1, keepdims=True)
    return ops.matmul(ops.transpose(places, (0, 2, 1)), places) / places.shape[1]


# %% Through NumPy mistake="gram_matrices" fails=["a gradient comes through"] says="No gradient comes through your function" subtle=true
def gram_matrices(maps):
    maps = ops.convert_to_numpy(maps)
    return np.einsum("bhwi,bhwj->bij", maps, maps) / (maps.shape[1] * maps.shape[2])


# %% Loses the batch mistake="gram_matrices" fails=["two places by hand", "a batch of maps", "the order of the places does not matter", "other sizes"] says="Every image has a matrix of its own"
def gram_matrices(maps):
    places = ops.reshape(maps, (-1, maps.shape[-1]))
    return ops.matmul(ops.transpose(places), places) / (maps.shape[1] * maps.shape[2])


# %% By einsum alternative="gram_matrices"
def gram_matrices(maps):
    return ops.einsum("bhwi,bhwj->bij", maps, maps) / (maps.shape[1] * maps.shape[2])


# %% Filter by filter alternative="gram_matrices"
def gram_matrices(maps):
    maps = ops.cast(maps, "float32")
    rows = []
    for i in range(maps.shape[-1]):
        rows.append(ops.mean(maps[..., i : i + 1] * maps, axis=(1, 2)))
    return ops.stack(rows, axis=1)


# %% One image at a time, by tensordot alternative="gram_matrices"
def gram_matrices(maps):
    one = lambda image: ops.tensordot(image, image, axes=[[0, 1], [0, 1]])
    cells = maps.shape[1] * maps.shape[2]
    return ops.stack([one(maps[k]) / cells for k in range(maps.shape[0])])


# %% The sum of the layers mistake="style_loss" fails=["several layers", "more layers"] says="You added the layers up" subtle=true
def style_loss(maps, targets):
    return sum(ops.mean((gram_matrices(a) - gram_matrices(b)) ** 2) for a, b in zip(maps, targets))


# %% All entries in one mean mistake="style_loss" fails=["several layers", "more layers"] says="All entries of all layers went into one mean" subtle=true
def style_loss(maps, targets):
    apart = [ops.reshape(gram_matrices(a) - gram_matrices(b), (-1,)) for a, b in zip(maps, targets)]
    return ops.mean(ops.concatenate(apart) ** 2)


# %% Sums of squares mistake="style_loss" fails=["one layer", "several layers", "a gradient comes through", "more layers"] says="You added up the squares of the entries"
def style_loss(maps, targets):
    losses = [ops.sum((gram_matrices(a) - gram_matrices(b)) ** 2) for a, b in zip(maps, targets)]
    return sum(losses) / len(losses)


# %% Differences cancel mistake="style_loss" fails=["one layer", "several layers", "a gradient comes through", "more layers"] says="Square first" subtle=true
def style_loss(maps, targets):
    losses = [ops.mean(gram_matrices(a) - gram_matrices(b)) ** 2 for a, b in zip(maps, targets)]
    return sum(losses) / len(losses)


# %% Compares the maps themselves mistake="style_loss" fails=["one layer", "several layers", "the same style", "a gradient comes through", "more layers"] says="compare Gram matrices, not maps"
def style_loss(maps, targets):
    losses = [ops.mean((a - b) ** 2) for a, b in zip(maps, targets)]
    return sum(losses) / len(losses)


# %% The last layer only mistake="style_loss" fails=["several layers", "more layers"] says="Only the last layer counts"
def style_loss(maps, targets):
    for a, b in zip(maps, targets):
        loss = ops.mean((gram_matrices(a) - gram_matrices(b)) ** 2)
    return loss


# %% A plain number mistake="style_loss" fails=["a gradient comes through"] says="No gradient comes through your function" subtle=true
def style_loss(maps, targets):
    pairs = zip(maps, targets)
    return float(np.mean([np.mean((gram_matrices(a) - gram_matrices(b)) ** 2) for a, b in pairs]))


# %% A number per layer mistake="style_loss" fails=["one layer", "several layers", "the same style", "more layers"] says="One number per layer came back"
def style_loss(maps, targets):
    pairs = zip(maps, targets)
    return ops.stack([ops.mean((gram_matrices(a) - gram_matrices(b)) ** 2) for a, b in pairs])


# %% Stacked, then averaged alternative="style_loss"
def style_loss(maps, targets):
    pairs = zip(maps, targets)
    return ops.mean(
        ops.stack([ops.mean((gram_matrices(a) - gram_matrices(b)) ** 2) for a, b in pairs])
    )


# %% Without gram_matrices alternative="style_loss"
def style_loss(maps, targets):
    total = 0.0
    for k in range(len(maps)):
        ours = ops.mean(maps[k][..., :, None] * maps[k][..., None, :], axis=(0, 1, 2))
        theirs = ops.mean(targets[k][..., :, None] * targets[k][..., None, :], axis=(0, 1, 2))
        total = total + ops.sum(ops.square(ours - theirs)) / ours.shape[0] ** 2
    return total / len(maps)


# %% The edges touch mistake="capture_points" fails=["at the edge and in the corner", "many random boards", "whole boards"] says="The edges touch each other" subtle=true
def capture_points(boards):
    turned = lambda v: np.array([np.roll(v, s, axis) for s in (1, -1) for axis in (1, 2)])
    near = turned(boards)
    taken = (boards == -1) & ((near == 0).sum(axis=0) == 1) & ((near == -1).sum(axis=0) == 0)
    return turned(taken).any(axis=0) & (boards == 0)


# %% Pads with empty points mistake="capture_points" fails=["at the edge and in the corner", "many random boards", "whole boards"] says="Look at the edges" subtle=true
def capture_points(boards):
    def beside(values):
        p = np.pad(values, ((0, 0), (1, 1), (1, 1)))
        return np.array([p[:, :-2, 1:-1], p[:, 2:, 1:-1], p[:, 1:-1, :-2], p[:, 1:-1, 2:]])

    near = beside(boards)
    taken = (boards == -1) & ((near == 0).sum(axis=0) == 1) & ((near == -1).sum(axis=0) == 0)
    return beside(taken).any(axis=0) & (boards == 0)


# %% Stones in company mistake="capture_points" fails=["only lone stones", "many random boards", "whole boards"] says="Stones with a white neighbour are not lone" subtle=true
def capture_points(boards):
    def beside(values, outside):
        p = np.pad(values, ((0, 0), (1, 1), (1, 1)), constant_values=outside)
        return np.array([p[:, :-2, 1:-1], p[:, 2:, 1:-1], p[:, 1:-1, :-2], p[:, 1:-1, 2:]])

    taken = (boards == -1) & ((beside(boards, 2) == 0).sum(axis=0) == 1)
    return beside(taken, False).any(axis=0) & (boards == 0)


# %% The stone, not the point mistake="capture_points" fails=["one stone in the middle", "at the edge and in the corner", "only lone stones", "many random boards", "whole boards"] says="You marked the stone that is taken"
def capture_points(boards):
    p = np.pad(boards, ((0, 0), (1, 1), (1, 1)), constant_values=2)
    near = np.array([p[:, :-2, 1:-1], p[:, 2:, 1:-1], p[:, 1:-1, :-2], p[:, 1:-1, 2:]])
    return (boards == -1) & ((near == 0).sum(axis=0) == 1) & ((near == -1).sum(axis=0) == 0)


# %% Takes black stones mistake="capture_points" fails=["one stone in the middle", "at the edge and in the corner", "only lone stones", "many random boards", "whole boards"] says="The colours are exchanged"
def capture_points(boards):
    def beside(values, outside):
        p = np.pad(values, ((0, 0), (1, 1), (1, 1)), constant_values=outside)
        return np.array([p[:, :-2, 1:-1], p[:, 2:, 1:-1], p[:, 1:-1, :-2], p[:, 1:-1, 2:]])

    near = beside(boards, 2)
    taken = (boards == 1) & ((near == 0).sum(axis=0) == 1) & ((near == 1).sum(axis=0) == 0)
    return beside(taken, False).any(axis=0) & (boards == 0)


# %% Marks all around the stone mistake="capture_points" fails=["one stone in the middle", "at the edge and in the corner", "only lone stones", "many random boards", "whole boards"] says="You marked everything around the stone" subtle=true
def capture_points(boards):
    def beside(values, outside):
        p = np.pad(values, ((0, 0), (1, 1), (1, 1)), constant_values=outside)
        return np.array([p[:, :-2, 1:-1], p[:, 2:, 1:-1], p[:, 1:-1, :-2], p[:, 1:-1, 2:]])

    near = beside(boards, 2)
    taken = (boards == -1) & ((near == 0).sum(axis=0) == 1) & ((near == -1).sum(axis=0) == 0)
    return beside(taken, False).any(axis=0)


# %% Three black stones everywhere mistake="capture_points" fails=["at the edge and in the corner", "many random boards", "whole boards"] says="Look at the edges" subtle=true
def capture_points(boards):
    def beside(values, outside):
        p = np.pad(values, ((0, 0), (1, 1), (1, 1)), constant_values=outside)
        return np.array([p[:, :-2, 1:-1], p[:, 2:, 1:-1], p[:, 1:-1, :-2], p[:, 1:-1, 2:]])

    near = beside(boards, 2)
    taken = (boards == -1) & ((near == 0).sum(axis=0) == 1) & ((near == 1).sum(axis=0) == 3)
    return beside(taken, False).any(axis=0) & (boards == 0)


# %% Ones and zeros mistake="capture_points" fails=["one stone in the middle", "at the edge and in the corner", "only lone stones", "many random boards", "whole boards"] says="Return True and False"
def capture_points(boards):
    def beside(values, outside):
        p = np.pad(values, ((0, 0), (1, 1), (1, 1)), constant_values=outside)
        return np.array([p[:, :-2, 1:-1], p[:, 2:, 1:-1], p[:, 1:-1, :-2], p[:, 1:-1, 2:]])

    near = beside(boards, 2)
    taken = (boards == -1) & ((near == 0).sum(axis=0) == 1) & ((near == -1).sum(axis=0) == 0)
    return (beside(taken, False).any(axis=0) & (boards == 0)).astype(int)


# %% Point by point alternative="capture_points"
def capture_points(boards):
    found = np.zeros(boards.shape, dtype=bool)
    num, height, width = boards.shape
    for n in range(num):
        for row in range(height):
            for column in range(width):
                if boards[n, row, column] != -1:
                    continue
                near = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
                near = [(r, c) for r, c in near if 0 <= r < height and 0 <= c < width]
                free = [place for place in near if boards[(n, *place)] == 0]
                if len(free) == 1 and all(boards[(n, *place)] != -1 for place in near):
                    found[(n, *free[0])] = True
    return found


# %% One direction after the other alternative="capture_points"
def capture_points(boards):
    wide = np.pad(boards, ((0, 0), (1, 1), (1, 1)), constant_values=5)
    height, width = boards.shape[1:]
    shifted = lambda v, i, j: v[:, 1 + i : 1 + i + height, 1 + j : 1 + j + width]
    free, friends = np.zeros(boards.shape, int), np.zeros(boards.shape, int)
    for i, j in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        free += shifted(wide, i, j) == 0
        friends += shifted(wide, i, j) == -1
    taken = np.pad((boards == -1) & (free == 1) & (friends == 0), ((0, 0), (1, 1), (1, 1)))
    found = np.zeros(boards.shape, bool)
    for i, j in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        found |= shifted(taken, i, j)
    return found & (boards == 0)


# %% Pools on the way mistake="train_board_network" fails=["the right point on new boards", "boards nobody has seen"] says="The network pools" subtle=true
def train_board_network(boards, moves):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((19, 19, 1))])
    model.add(keras.layers.Conv2D(12, 3, padding="same", activation="relu"))
    model.add(keras.layers.MaxPooling2D(2, padding="same"))
    model.add(keras.layers.Conv2D(12, 3, padding="same", activation="relu"))
    model.add(keras.layers.MaxPooling2D(2, padding="same"))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(361))
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.003), cross_entropy)
    model.fit(boards, moves, batch_size=32, epochs=4, verbose=0)
    return model


# %% Never trained mistake="train_board_network" fails=["the right point on new boards", "boards nobody has seen"] says="what guessing gives"
def train_board_network(boards, moves):
    model = keras.Sequential([keras.Input((19, 19, 1))])
    for _ in range(3):
        model.add(keras.layers.Conv2D(12, 3, padding="same", activation="relu"))
    model.add(keras.layers.Conv2D(1, 1))
    model.add(keras.layers.Flatten())
    return model


# %% Returns the history mistake="train_board_network" fails=["361 numbers for each board", "numbers that can be compared", "the right point on new boards", "boards nobody has seen"] says="`model.fit` returns a History"
def train_board_network(boards, moves):
    model = keras.Sequential([keras.Input((19, 19, 1))])
    model.add(keras.layers.Conv2D(1, 3, padding="same"))
    model.add(keras.layers.Flatten())
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model.fit(boards[:64], moves[:64], verbose=0)


# %% A map without flattening mistake="train_board_network" fails=["361 numbers for each board", "numbers that can be compared", "the right point on new boards", "boards nobody has seen"] says="The model should give 361 numbers per board"
def train_board_network(boards, moves):
    inputs = keras.Input((19, 19, 1))
    h = keras.layers.Conv2D(12, 3, padding="same", activation="relu")(inputs)
    h = keras.layers.Conv2D(1, 3, padding="same")(h)
    trained = keras.Model(inputs, keras.layers.Flatten()(h))
    trained.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    trained.fit(boards[:320], moves[:320], verbose=0)
    return keras.Model(inputs, h)


# %% One layer of 3×3 mistake="train_board_network" fails=["the right point on new boards", "boards nobody has seen"] says="up to two points away" subtle=true
def train_board_network(boards, moves):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((19, 19, 1))])
    model.add(keras.layers.Conv2D(12, 3, padding="same", activation="relu"))
    model.add(keras.layers.Conv2D(1, 1))
    model.add(keras.layers.Flatten())
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), cross_entropy)
    model.fit(boards, moves, batch_size=32, epochs=4, verbose=0)
    return model


# %% Functional, five by five alternative="train_board_network"
def train_board_network(boards, moves):
    keras.utils.set_random_seed(1)
    inputs = keras.Input((19, 19, 1))
    h = keras.layers.Conv2D(16, 5, padding="same", activation="relu")(inputs)
    h = keras.layers.Conv2D(16, 3, padding="same", activation="relu")(h)
    h = keras.layers.Conv2D(1, 3, padding="same")(h)
    model = keras.Model(inputs, keras.layers.Softmax()(keras.layers.Flatten()(h)))
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(boards, moves, batch_size=32, epochs=4, verbose=0)
    return model


# %% Batches by hand alternative="train_board_network"
def train_board_network(boards, moves):
    keras.utils.set_random_seed(2)
    convolution = lambda: keras.layers.Conv2D(12, 3, padding="same", activation="leaky_relu")
    model = keras.Sequential([keras.Input((19, 19, 1)), *[convolution() for _ in range(3)]])
    model.add(keras.layers.Conv2D(1, 1))
    model.add(keras.layers.Reshape((361,)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    rng = np.random.default_rng(0)
    for _ in range(4):
        for some in np.array_split(rng.permutation(len(boards)), len(boards) // 32):
            model.train_on_batch(boards[some], moves[some])
    return model
