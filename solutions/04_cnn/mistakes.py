# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.


# %% One window too few mistake="output_size" fails=["valid, stride 1", "valid, with a stride", "every size"] says="One window is missing"
def output_size(size, kernel, stride, padding):
    if padding == "same":
        return -(-size // stride)
    return (size - kernel) // stride


# %% Adds one before dividing mistake="output_size" fails=["valid, with a stride", "every size"] says="One window is missing" subtle=true
def output_size(size, kernel, stride, padding):
    if padding == "same":
        return -(-size // stride)
    return (size - kernel + 1) // stride


# %% Rounds valid up mistake="output_size" fails=["valid, with a stride", "every size"] says="Rounded up" subtle=true
def output_size(size, kernel, stride, padding):
    if padding == "same":
        return -(-size // stride)
    return int(np.ceil((size - kernel) / stride)) + 1


# %% Rounds same down mistake="output_size" fails=["same", "every size"] says="Rounded down" subtle=true
def output_size(size, kernel, stride, padding):
    if padding == "same":
        return size // stride
    return (size - kernel) // stride + 1


# %% Same is always as large mistake="output_size" fails=["same", "every size"] says="At stride 1 it would be as large as the input"
def output_size(size, kernel, stride, padding):
    if padding == "same":
        return size
    return (size - kernel) // stride + 1


# %% A fraction of a window mistake="output_size" fails=["valid, stride 1", "valid, with a stride", "same", "every size"] says="A number of windows is whole"
def output_size(size, kernel, stride, padding):
    if padding == "same":
        return size / stride
    return (size - kernel) / stride + 1


# %% Ignores the padding mistake="output_size" fails=["same", "every size"] says="That is the size for"
def output_size(size, kernel, stride, padding):
    return (size - kernel) // stride + 1


# %% By counting starts alternative="output_size"
def output_size(size, kernel, stride, padding):
    return len(range(0, size if padding == "same" else size - kernel + 1, stride))


# %% Rounding up with NumPy alternative="output_size"
def output_size(size, kernel, stride, padding):
    if padding == "valid":
        size = size - kernel + 1
    return int(np.ceil(size / stride))


# %% Not an int mistake="output_size" fails=["valid, stride 1"] says="The number is right" subtle=true
def output_size(size, kernel, stride, padding):
    if padding == "valid":
        size = size - kernel + 1
    return np.ceil(size / stride)


# %% Odd zero in front mistake="padding_amounts" fails=["stride 1, even kernel", "with a stride", "every size"] says="The odd zero is at the wrong end" subtle=true
def padding_amounts(size, kernel, stride):
    missing = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return missing - missing // 2, missing // 2


# %% Half a kernel mistake="padding_amounts" fails=["stride 1, even kernel", "with a stride", "more pixels than needed", "every size"] says="Half a kernel on both sides fits stride 1 and odd kernels only"
def padding_amounts(size, kernel, stride):
    return kernel // 2, kernel // 2


# %% Forgets the stride mistake="padding_amounts" fails=["with a stride", "more pixels than needed", "every size"] says="Half a kernel on both sides fits stride 1 and odd kernels only" subtle=true
def padding_amounts(size, kernel, stride):
    return (kernel - 1) // 2, kernel // 2


# %% Cuts off what is too much mistake="padding_amounts" fails=["more pixels than needed", "every size"] says="Nothing is ever cut off" subtle=true
def padding_amounts(size, kernel, stride):
    missing = (-(-size // stride) - 1) * stride + kernel - size
    return missing // 2, missing - missing // 2


# %% All on both sides mistake="padding_amounts" fails=["stride 1, odd kernel", "stride 1, even kernel", "with a stride", "every size"] says="All missing pixels were added on both sides"
def padding_amounts(size, kernel, stride):
    missing = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return missing, missing


# %% Half of it twice mistake="padding_amounts" fails=["stride 1, even kernel", "with a stride", "every size"] says="Both sides got the smaller part"
def padding_amounts(size, kernel, stride):
    missing = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return missing // 2, missing // 2


# %% By the rest of the division alternative="padding_amounts"
def padding_amounts(size, kernel, stride):
    rest = size % stride or stride
    missing = max(kernel - rest, 0)
    return [missing // 2, (missing + 1) // 2]


# %% With NumPy alternative="padding_amounts"
def padding_amounts(size, kernel, stride):
    last = np.arange(0, size, stride)[-1] + kernel
    missing = np.maximum(last - size, 0)
    return missing // 2, missing - missing // 2


# %% Turns the kernel upside down mistake="conv_forward" fails=["one row, by hand", "channels and filters", "with a stride", "padding same", "all sizes, arguments left alone"] says="The kernel is upside down" subtle=true
def conv_forward(x, kernel, bias, stride, padding):
    size, kernel = kernel.shape[:2], kernel[::-1, ::-1]
    rows, columns = (output_size(n, k, stride, padding) for n, k in zip(x.shape[1:3], size))
    x = padded(x, size, stride, padding)
    y = np.zeros((len(x), rows, columns, kernel.shape[3])) + bias
    for i, j in np.ndindex(*size):
        y += pixels_at(x, i, j, stride, rows, columns) @ kernel[i, j]
    return y


# %% Forgets the bias mistake="conv_forward" fails=["one row, by hand", "channels and filters", "with a stride", "padding same", "all sizes, arguments left alone"] says="The bias is missing"
def conv_forward(x, kernel, bias, stride, padding):
    size = kernel.shape[:2]
    rows, columns = (output_size(n, k, stride, padding) for n, k in zip(x.shape[1:3], size))
    x = padded(x, size, stride, padding)
    return sum(
        pixels_at(x, i, j, stride, rows, columns) @ kernel[i, j] for i, j in np.ndindex(*size)
    )


# %% A bias at every place of the window mistake="conv_forward" fails=["one row, by hand", "channels and filters", "with a stride", "padding same", "all sizes, arguments left alone"] says="The bias was added at every place of the window"
def conv_forward(x, kernel, bias, stride, padding):
    size = kernel.shape[:2]
    rows, columns = (output_size(n, k, stride, padding) for n, k in zip(x.shape[1:3], size))
    x = padded(x, size, stride, padding)
    y = np.zeros((len(x), rows, columns, kernel.shape[3]))
    for i, j in np.ndindex(*size):
        y += pixels_at(x, i, j, stride, rows, columns) @ kernel[i, j] + bias
    return y


# %% Forgets the border mistake="conv_forward" fails=["padding same", "all sizes, arguments left alone"] says="This is the answer for"
def conv_forward(x, kernel, bias, stride, padding):
    size = kernel.shape[:2]
    rows, columns = (output_size(n, k, stride, "valid") for n, k in zip(x.shape[1:3], size))
    y = np.zeros((len(x), rows, columns, kernel.shape[3])) + bias
    for i, j in np.ndindex(*size):
        y += pixels_at(x, i, j, stride, rows, columns) @ kernel[i, j]
    return y


# %% The border of stride 1 mistake="conv_forward" fails=["padding same", "all sizes, arguments left alone"] says="The border is that of stride 1" subtle=true
def conv_forward(x, kernel, bias, stride, padding):
    size = kernel.shape[:2]
    rows, columns = (output_size(n, k, stride, padding) for n, k in zip(x.shape[1:3], size))
    x = padded(x, size, 1, padding)
    y = np.zeros((len(x), rows, columns, kernel.shape[3])) + bias
    for i, j in np.ndindex(*size):
        y += pixels_at(x, i, j, stride, rows, columns) @ kernel[i, j]
    return y


# %% Forgets the stride mistake="conv_forward" fails=["with a stride", "padding same", "all sizes, arguments left alone"] says="The stride is missing"
def conv_forward(x, kernel, bias, stride, padding):
    size = kernel.shape[:2]
    rows, columns = (output_size(n, k, 1, padding) for n, k in zip(x.shape[1:3], size))
    x = padded(x, size, 1, padding)
    y = np.zeros((len(x), rows, columns, kernel.shape[3])) + bias
    for i, j in np.ndindex(*size):
        y += pixels_at(x, i, j, 1, rows, columns) @ kernel[i, j]
    return y


# %% Writes into the bias mistake="conv_forward" fails=["all sizes, arguments left alone"] says="Your function changed its argument `bias` itself" subtle=true
def conv_forward(x, kernel, bias, stride, padding):
    size = kernel.shape[:2]
    rows, columns = (output_size(n, k, stride, padding) for n, k in zip(x.shape[1:3], size))
    wide = padded(x, size, stride, padding)
    total = np.zeros((len(x), rows, columns, kernel.shape[3]))
    for i, j in np.ndindex(*size):
        total += pixels_at(wide, i, j, stride, rows, columns) @ kernel[i, j]
    y = total + bias
    bias += 1.0
    return y


# %% By keras.ops mistake="conv_forward" rule=true says="sums and products yourself"
def conv_forward(x, kernel, bias, stride, padding):
    return keras.ops.conv(x, kernel, strides=stride, padding=padding) + bias


# %% Window by window alternative="conv_forward"
def conv_forward(x, kernel, bias, stride, padding):
    height, width, channels, filters = kernel.shape
    rows = output_size(x.shape[1], height, stride, padding)
    columns = output_size(x.shape[2], width, stride, padding)
    x = padded(np.asarray(x), (height, width), stride, padding)
    y = np.zeros((len(x), rows, columns, filters))
    for r in range(rows):
        for c in range(columns):
            window = x[:, r * stride : r * stride + height, c * stride : c * stride + width]
            y[:, r, c] = np.tensordot(window, kernel, axes=3) + bias
    return y


# %% All windows at once, float32 alternative="conv_forward"
def conv_forward(x, kernel, bias, stride, padding):
    size = kernel.shape[:2]
    x = padded(np.float32(x), size, stride, padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))
    windows = windows[:, ::stride, ::stride]
    return np.einsum("nrcdij,ijdf->nrcf", windows, np.float32(kernel)) + np.float32(bias)


# %% In keras.ops alternative="conv_forward"
def conv_forward(x, kernel, bias, stride, padding):
    size = kernel.shape[:2]
    rows, columns = (output_size(n, k, stride, padding) for n, k in zip(x.shape[1:3], size))
    x = padded(x, size, stride, padding)
    y = keras.ops.cast(bias, "float32")
    for i, j in np.ndindex(*size):
        pixels = keras.ops.cast(pixels_at(x, i, j, stride, rows, columns), "float32")
        y = y + keras.ops.matmul(pixels, keras.ops.cast(kernel[i, j], "float32"))
    return keras.ops.convert_to_numpy(y)


# %% A border of zeros mistake="max_pool" fails=["a border, and negative numbers", "all sizes"] says="A border never wins" subtle=true
def max_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, padding) for n in x.shape[1:3])
    x = padded(x, (size, size), stride, padding)
    places = list(np.ndindex(size, size))
    return np.max([pixels_at(x, i, j, stride, rows, columns) for i, j in places], axis=0)


# %% Starts from zeros mistake="max_pool" fails=["windows of 2 × 2 side by side", "windows that overlap", "a border, and negative numbers", "all sizes"] says="Negative numbers became 0" subtle=true
def max_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, padding) for n in x.shape[1:3])
    x = padded(x, (size, size), stride, padding, -np.inf)
    y = np.zeros((len(x), rows, columns, x.shape[3]))
    for i, j in np.ndindex(size, size):
        y = np.maximum(y, pixels_at(x, i, j, stride, rows, columns))
    return y


# %% Over the channels too mistake="max_pool" fails=["windows of 2 × 2 side by side", "windows that overlap", "a border, and negative numbers", "all sizes"] says="The channels were pooled together"
def max_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, padding) for n in x.shape[1:3])
    x = padded(x, (size, size), stride, padding, -np.inf)
    places = list(np.ndindex(size, size))
    y = np.max([pixels_at(x, i, j, stride, rows, columns) for i, j in places], axis=0)
    return y.max(axis=-1)


# %% Steps of its own size mistake="max_pool" fails=["windows that overlap", "a border, and negative numbers", "all sizes"] says="The windows move by the stride" subtle=true
def max_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, size, padding) for n in x.shape[1:3])
    x = padded(x, (size, size), size, padding, -np.inf)
    places = list(np.ndindex(size, size))
    return np.max([pixels_at(x, i, j, size, rows, columns) for i, j in places], axis=0)


# %% The mean mistake="max_pool" fails=["windows of 2 × 2 side by side", "windows that overlap", "a border, and negative numbers", "all sizes"] says="The mean came back where the largest number was asked for"
def max_pool(x, size, stride, padding):
    return average_pool(x, size, stride, padding)


# %% Forgets the border mistake="max_pool" fails=["a border, and negative numbers", "all sizes"] says="This is the answer for"
def max_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, "valid") for n in x.shape[1:3])
    places = list(np.ndindex(size, size))
    return np.max([pixels_at(x, i, j, stride, rows, columns) for i, j in places], axis=0)


# %% Window by window alternative="max_pool"
def max_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, padding) for n in x.shape[1:3])
    x = padded(x, (size, size), stride, padding, -np.inf)
    y = np.zeros((len(x), rows, columns, x.shape[3]))
    for r, c in np.ndindex(rows, columns):
        window = x[:, r * stride : r * stride + size, c * stride : c * stride + size]
        y[:, r, c] = window.max(axis=(1, 2))
    return y


# %% All windows at once, float32 alternative="max_pool"
def max_pool(x, size, stride, padding):
    x = padded(np.float32(x), (size, size), stride, padding, -np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return windows[:, ::stride, ::stride].max(axis=(-2, -1))


# %% Counts the border mistake="average_pool" fails=["a border does not count", "zeros in the image count", "all sizes"] says="The border was counted" subtle=true
def average_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, padding) for n in x.shape[1:3])
    x = padded(x, (size, size), stride, padding)
    places = list(np.ndindex(size, size))
    return np.mean([pixels_at(x, i, j, stride, rows, columns) for i, j in places], axis=0)


# %% Leaves out all zeros mistake="average_pool" fails=["zeros in the image count", "all sizes"] says="Zeros that belong to the image were left out" subtle=true
def average_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, padding) for n in x.shape[1:3])
    x = padded(x, (size, size), stride, padding)
    many = np.array([pixels_at(x, i, j, stride, rows, columns) for i, j in np.ndindex(size, size)])
    return many.sum(axis=0) / np.maximum(1, (many != 0).sum(axis=0))


# %% The sum mistake="average_pool" fails=["windows of 2 × 2 side by side", "windows that overlap", "a border does not count", "zeros in the image count", "all sizes"] says="It is a sum"
def average_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, padding) for n in x.shape[1:3])
    x = padded(x, (size, size), stride, padding)
    return sum(pixels_at(x, i, j, stride, rows, columns) for i, j in np.ndindex(size, size))


# %% Divides by the side mistake="average_pool" fails=["windows of 2 × 2 side by side", "windows that overlap", "a border does not count", "zeros in the image count", "all sizes"] says="Divide by the number of pixels"
def average_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, padding) for n in x.shape[1:3])
    x = padded(x, (size, size), stride, padding)
    total = sum(pixels_at(x, i, j, stride, rows, columns) for i, j in np.ndindex(size, size))
    return total / size


# %% The largest mistake="average_pool" fails=["windows of 2 × 2 side by side", "windows that overlap", "a border does not count", "zeros in the image count", "all sizes"] says="The largest number came back where the mean was asked for"
def average_pool(x, size, stride, padding):
    return max_pool(x, size, stride, padding)


# %% Over the channels too mistake="average_pool" fails=["windows of 2 × 2 side by side", "windows that overlap", "a border does not count", "zeros in the image count", "all sizes"] says="The channels were pooled together"
def average_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, padding) for n in x.shape[1:3])
    x = padded(x.astype(float), (size, size), stride, padding, np.nan)
    places = list(np.ndindex(size, size))
    many = [pixels_at(x, i, j, stride, rows, columns) for i, j in places]
    return np.nanmean(many, axis=(0, 4))[..., None]


# %% NaN as a border alternative="average_pool"
def average_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, padding) for n in x.shape[1:3])
    x = padded(x.astype(float), (size, size), stride, padding, np.nan)
    places = list(np.ndindex(size, size))
    return np.nanmean([pixels_at(x, i, j, stride, rows, columns) for i, j in places], axis=0)


# %% Window by window, float32 alternative="average_pool"
def average_pool(x, size, stride, padding):
    rows, columns = (output_size(n, size, stride, padding) for n in x.shape[1:3])
    before = [padding_amounts(n, size, stride)[0] for n in x.shape[1:3]]
    if padding == "valid":
        before = [0, 0]
    y = np.zeros((len(x), rows, columns, x.shape[3]), "float32")
    for r, c in np.ndindex(rows, columns):
        top, left = r * stride - before[0], c * stride - before[1]
        window = x[:, max(0, top) : top + size, max(0, left) : left + size]
        y[:, r, c] = window.mean(axis=(1, 2))
    return y


# %% Turned around mistake="conv_counts" fails=["LeNet's C1", "colours", "one window, and many filters"] says="The order is turned around"
def conv_counts(height, width, channels, kernel, filters):
    parameters = (kernel * kernel * channels + 1) * filters
    return parameters * (height - kernel + 1) * (width - kernel + 1), parameters


# %% Forgets the biases mistake="conv_counts" fails=["LeNet's C1", "colours", "one window, and many filters"] says="The biases are missing in both"
def conv_counts(height, width, channels, kernel, filters):
    parameters = kernel * kernel * channels * filters
    return parameters, parameters * (height - kernel + 1) * (width - kernel + 1)


# %% Forgets the bias among connections mistake="conv_counts" fails=["LeNet's C1", "colours", "one window, and many filters"] says="A unit is connected to its bias" subtle=true
def conv_counts(height, width, channels, kernel, filters):
    units = (height - kernel + 1) * (width - kernel + 1) * filters
    return (kernel**2 * channels + 1) * filters, kernel**2 * channels * units


# %% One channel only mistake="conv_counts" fails=["colours", "one window, and many filters"] says="A window covers all channels" subtle=true
def conv_counts(height, width, channels, kernel, filters):
    parameters = (kernel * kernel + 1) * filters
    return parameters, parameters * (height - kernel + 1) * (width - kernel + 1)


# %% A bias per channel mistake="conv_counts" fails=["colours", "one window, and many filters"] says="A filter has one bias" subtle=true
def conv_counts(height, width, channels, kernel, filters):
    parameters = (kernel * kernel + 1) * channels * filters
    return parameters, parameters * (height - kernel + 1) * (width - kernel + 1)


# %% A window per pixel mistake="conv_counts" fails=["LeNet's C1", "colours", "one window, and many filters"] says="there are fewer windows than pixels"
def conv_counts(height, width, channels, kernel, filters):
    parameters = (kernel * kernel * channels + 1) * filters
    return parameters, parameters * height * width


# %% Square images only mistake="conv_counts" fails=["colours", "one window, and many filters"] says="The image is not square" subtle=true
def conv_counts(height, width, channels, kernel, filters):
    parameters = (kernel * kernel * channels + 1) * filters
    return parameters, parameters * (height - kernel + 1) ** 2


# %% One by one alternative="conv_counts"
def conv_counts(height, width, channels, kernel, filters):
    parameters = filters * (len(list(np.ndindex(kernel, kernel, channels))) + 1)
    connections = 0
    for _ in np.ndindex(height - kernel + 1, width - kernel + 1):
        connections += parameters
    return [parameters, connections]


# %% By a Keras layer alternative="conv_counts"
def conv_counts(height, width, channels, kernel, filters):
    layer = keras.layers.Conv2D(filters, kernel)
    _, rows, columns, _ = layer.compute_output_shape((1, height, width, channels))
    layer.build((None, height, width, channels))
    return layer.count_params(), layer.count_params() * rows * columns


# %% A weight per pixel mistake="subsampling_counts" fails=["LeNet's S2", "larger windows", "rows that fill no window"] says="The pixels of a window share one weight"
def subsampling_counts(height, width, maps, size):
    units = (height // size) * (width // size) * maps
    return (size**2 + 1) * maps, (size**2 + 1) * units


# %% No bias among connections mistake="subsampling_counts" fails=["LeNet's S2", "larger windows", "rows that fill no window"] says="A unit is connected to its bias" subtle=true
def subsampling_counts(height, width, maps, size):
    return 2 * maps, size**2 * maps * (height // size) * (width // size)


# %% Two connections per unit mistake="subsampling_counts" fails=["LeNet's S2", "larger windows", "rows that fill no window"] says="A unit has a connection to each of its pixels"
def subsampling_counts(height, width, maps, size):
    return 2 * maps, 2 * maps * (height // size) * (width // size)


# %% One pair for all maps mistake="subsampling_counts" fails=["LeNet's S2", "larger windows", "rows that fill no window"] says="Every map has a weight and a bias of its own" subtle=true
def subsampling_counts(height, width, maps, size):
    return 2, (size**2 + 1) * maps * (height // size) * (width // size)


# %% Windows that overlap mistake="subsampling_counts" fails=["LeNet's S2", "larger windows", "rows that fill no window"] says="The windows do not overlap"
def subsampling_counts(height, width, maps, size):
    units = (height - size + 1) * (width - size + 1) * maps
    return 2 * maps, (size**2 + 1) * units


# %% Rounds up mistake="subsampling_counts" fails=["rows that fill no window"] says="Rows and columns that do not fill a window are left out" subtle=true
def subsampling_counts(height, width, maps, size):
    return 2 * maps, (size**2 + 1) * maps * -(-height // size) * -(-width // size)


# %% Like a pooling of today mistake="subsampling_counts" fails=["LeNet's S2", "larger windows", "rows that fill no window"] says="LeNet's subsampling has a weight and a bias per map"
def subsampling_counts(height, width, maps, size):
    return 0, size**2 * maps * (height // size) * (width // size)


# %% By whole numbers alternative="subsampling_counts"
def subsampling_counts(height, width, maps, size):
    return maps + maps, (height // size) * (width // size) * maps * (size**2 + 1)


# %% Unit by unit alternative="subsampling_counts"
def subsampling_counts(height, width, maps, size):
    connections = 0
    for _row in range(0, height - size + 1, size):
        for _column in range(0, width - size + 1, size):
            connections += maps * (size * size + 1)
    return np.int64(2 * maps), connections


# %% Forgets the absolute value mistake="shift_gaps" fails=["no margin", "up and to the left, one image", "maps that fall, and others that rise"] says="The change of the largest number may be negative" subtle=true
def shift_gaps(x, kernel, down, right):
    bias = np.zeros(kernel.shape[3])
    maps = conv_forward(x, kernel, bias, 1, "same")
    after = conv_forward(moved(x, down, right), kernel, bias, 1, "same")
    change = after.max(axis=(1, 2)) - maps.max(axis=(1, 2))
    return np.abs(after - moved(maps, down, right)).max(), change.max()


# %% One largest number for everything mistake="shift_gaps" fails=["no margin", "up and to the left, one image", "maps that fall, and others that rise"] says="One largest number of everything" subtle=true
def shift_gaps(x, kernel, down, right):
    bias = np.zeros(kernel.shape[3])
    maps = conv_forward(x, kernel, bias, 1, "same")
    after = conv_forward(moved(x, down, right), kernel, bias, 1, "same")
    return np.abs(after - moved(maps, down, right)).max(), np.abs(after.max() - maps.max())


# %% Compares with maps that stayed mistake="shift_gaps" fails=["a margin: nothing is lost", "no margin", "up and to the left, one image", "maps that fall, and others that rise"] says="The maps move along"
def shift_gaps(x, kernel, down, right):
    bias = np.zeros(kernel.shape[3])
    maps = conv_forward(x, kernel, bias, 1, "same")
    after = conv_forward(moved(x, down, right), kernel, bias, 1, "same")
    change = after.max(axis=(1, 2)) - maps.max(axis=(1, 2))
    return np.abs(after - maps).max(), np.abs(change).max()


# %% The mean difference mistake="shift_gaps" fails=["no margin", "up and to the left, one image", "maps that fall, and others that rise"] says="The largest difference is asked for"
def shift_gaps(x, kernel, down, right):
    bias = np.zeros(kernel.shape[3])
    maps = conv_forward(x, kernel, bias, 1, "same")
    after = conv_forward(moved(x, down, right), kernel, bias, 1, "same")
    change = after.max(axis=(1, 2)) - maps.max(axis=(1, 2))
    return np.abs(after - moved(maps, down, right)).mean(), np.abs(change).max()


# %% Pools the pixels mistake="shift_gaps" fails=["no margin", "up and to the left, one image", "maps that fall, and others that rise"] says="Pool the maps"
def shift_gaps(x, kernel, down, right):
    bias = np.zeros(kernel.shape[3])
    maps = conv_forward(x, kernel, bias, 1, "same")
    after = conv_forward(moved(x, down, right), kernel, bias, 1, "same")
    change = moved(x, down, right).max(axis=(1, 2)) - x.max(axis=(1, 2))
    return np.abs(after - moved(maps, down, right)).max(), np.abs(change).max()


# %% Rolls around mistake="shift_gaps" fails=["no margin", "up and to the left, one image", "maps that fall, and others that rise"] says="Something was rolled round" subtle=true
def shift_gaps(x, kernel, down, right):
    bias = np.zeros(kernel.shape[3])
    maps = conv_forward(x, kernel, bias, 1, "same")
    rolled = conv_forward(np.roll(x, (down, right), (1, 2)), kernel, bias, 1, "same")
    after = conv_forward(moved(x, down, right), kernel, bias, 1, "same")
    change = after.max(axis=(1, 2)) - maps.max(axis=(1, 2))
    return np.abs(rolled - np.roll(maps, (down, right), (1, 2))).max(), np.abs(change).max()


# %% Turned around mistake="shift_gaps" fails=["no margin", "up and to the left, one image", "maps that fall, and others that rise"] says="The order is turned around"
def shift_gaps(x, kernel, down, right):
    bias = np.zeros(kernel.shape[3])
    maps = conv_forward(x, kernel, bias, 1, "same")
    after = conv_forward(moved(x, down, right), kernel, bias, 1, "same")
    change = after.max(axis=(1, 2)) - maps.max(axis=(1, 2))
    return np.abs(change).max(), np.abs(after - moved(maps, down, right)).max()


# %% With keras.ops alternative="shift_gaps"
def shift_gaps(x, kernel, down, right):
    def maps_of(x):
        x, k = np.float32(x), np.float32(kernel)
        return keras.ops.convert_to_numpy(keras.ops.conv(x, k, padding="same"))

    first, second = maps_of(moved(x, down, right)), maps_of(x)
    gap = np.max(np.abs(first - moved(second, down, right)))
    return gap, np.max(np.abs(np.max(first, (1, 2)) - np.max(second, (1, 2))))


# %% Image by image alternative="shift_gaps"
def shift_gaps(x, kernel, down, right):
    gaps, changes, bias = [0.0], [0.0], np.zeros(kernel.shape[3])
    for image in x:
        one = image[None]
        maps = conv_forward(one, kernel, bias, 1, "same")
        after = conv_forward(moved(one, down, right), kernel, bias, 1, "same")
        gaps.append(np.abs(moved(maps, down, right) - after).max())
        for number in range(kernel.shape[3]):
            changes.append(abs(after[..., number].max() - maps[..., number].max()))
    return max(gaps), max(changes)


# %% With the clock mistake="rotated" fails=["a quarter turn", "each by its own angle", "images that are not square", "four quarters are a whole"] says="It turned the other way" subtle=true
def rotated(x, degrees):
    height, width = x.shape[1:3]
    angle = -np.deg2rad(np.asarray(degrees, dtype=float))[:, None, None]
    row, column = np.mgrid[:height, :width]
    row, column = row - (height - 1) / 2, column - (width - 1) / 2
    rows = np.cos(angle) * row + np.sin(angle) * column
    columns = np.cos(angle) * column - np.sin(angle) * row
    return between_pixels(x, rows + (height - 1) / 2, columns + (width - 1) / 2)


# %% Takes degrees for radians mistake="rotated" fails=["a quarter turn", "each by its own angle", "images that are not square", "four quarters are a whole"] says="The angles are degrees"
def rotated(x, degrees):
    height, width = x.shape[1:3]
    angle = np.asarray(degrees, dtype=float)[:, None, None]
    row, column = np.mgrid[:height, :width]
    row, column = row - (height - 1) / 2, column - (width - 1) / 2
    rows = np.cos(angle) * row + np.sin(angle) * column
    columns = np.cos(angle) * column - np.sin(angle) * row
    return between_pixels(x, rows + (height - 1) / 2, columns + (width - 1) / 2)


# %% Half a pixel beside the centre mistake="rotated" fails=["a quarter turn", "each by its own angle", "images that are not square", "four quarters are a whole"] says="The centre is (n − 1)/2" subtle=true
def rotated(x, degrees):
    height, width = x.shape[1:3]
    angle = np.deg2rad(np.asarray(degrees, dtype=float))[:, None, None]
    row, column = np.mgrid[:height, :width]
    row, column = row - height / 2, column - width / 2
    rows = np.cos(angle) * row + np.sin(angle) * column
    columns = np.cos(angle) * column - np.sin(angle) * row
    return between_pixels(x, rows + height / 2, columns + width / 2)


# %% One angle for all mistake="rotated" fails=["each by its own angle", "images that are not square", "four quarters are a whole"] says="All images were turned by the first angle" subtle=true
def rotated(x, degrees):
    height, width = x.shape[1:3]
    angle = np.deg2rad(np.full(len(x), degrees[0]))[:, None, None]
    row, column = np.mgrid[:height, :width]
    row, column = row - (height - 1) / 2, column - (width - 1) / 2
    rows = np.cos(angle) * row + np.sin(angle) * column
    columns = np.cos(angle) * column - np.sin(angle) * row
    return between_pixels(x, rows + (height - 1) / 2, columns + (width - 1) / 2)


# %% About the corner mistake="rotated" fails=["a quarter turn", "each by its own angle", "images that are not square", "four quarters are a whole"] says="It turned about the upper left corner"
def rotated(x, degrees):
    height, width = x.shape[1:3]
    angle = np.deg2rad(np.asarray(degrees, dtype=float))[:, None, None]
    row, column = np.mgrid[:height, :width]
    rows = np.cos(angle) * row + np.sin(angle) * column
    columns = np.cos(angle) * column - np.sin(angle) * row
    return between_pixels(x, rows, columns)


# %% The nearest pixel mistake="rotated" fails=["each by its own angle", "images that are not square", "four quarters are a whole"] says="The nearest pixel was taken" subtle=true
def rotated(x, degrees):
    height, width = x.shape[1:3]
    angle = np.deg2rad(np.asarray(degrees, dtype=float))[:, None, None]
    row, column = np.mgrid[:height, :width]
    row, column = row - (height - 1) / 2, column - (width - 1) / 2
    rows = np.cos(angle) * row + np.sin(angle) * column + (height - 1) / 2
    columns = np.cos(angle) * column - np.sin(angle) * row + (width - 1) / 2
    return between_pixels(x, np.rint(rows), np.rint(columns))


# %% Angles along the columns mistake="rotated" fails=["a quarter turn", "each by its own angle", "images that are not square", "four quarters are a whole"] says="Your code raised ValueError"
def rotated(x, degrees):
    height, width = x.shape[1:3]
    angle = np.deg2rad(np.asarray(degrees, dtype=float))
    row, column = np.mgrid[:height, :width]
    row, column = row - (height - 1) / 2, column - (width - 1) / 2
    rows = np.cos(angle) * row + np.sin(angle) * column
    columns = np.cos(angle) * column - np.sin(angle) * row
    return between_pixels(x, rows + (height - 1) / 2, columns + (width - 1) / 2)


# %% With SciPy alternative="rotated"
def rotated(x, degrees):
    from scipy import ndimage

    turn = lambda image, angle: ndimage.rotate(
        image, angle, axes=(1, 0), reshape=False, order=1, mode="grid-constant"
    )
    return np.stack([turn(image, angle) for image, angle in zip(np.asarray(x), degrees)])


# %% Image by image alternative="rotated"
def rotated(x, degrees):
    height, width = x.shape[1:3]
    row, column = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    out = []
    for n, angle in enumerate(np.radians(degrees)):
        r, c = row - (height - 1) / 2, column - (width - 1) / 2
        old_r = r * np.cos(angle) + c * np.sin(angle) + (height - 1) / 2
        old_c = c * np.cos(angle) - r * np.sin(angle) + (width - 1) / 2
        out.append(between_pixels(x[n : n + 1], old_r[None], old_c[None])[0])
    return np.array(out, dtype="float32")


# %% The last window wins mistake="conv_backward" fails=["one row, by hand", "channels and filters", "with a stride", "padding same", "all sizes, arguments left alone"] says="Kernel and bias are right" subtle=true
def conv_backward(x, kernel, stride, padding, gradient):
    size, (rows, columns) = kernel.shape[:2], gradient.shape[1:3]
    wide = padded(x, size, stride, padding)
    slopes, kernel_gradient = np.zeros(wide.shape), np.zeros(kernel.shape)
    for i, j in np.ndindex(*size):
        pixels = pixels_at(wide, i, j, stride, rows, columns)
        kernel_gradient[i, j] = np.einsum("nrcd,nrcf->df", pixels, gradient)
        pixels_at(slopes, i, j, stride, rows, columns)[:] = gradient @ kernel[i, j].T
    x_gradient = unpadded(slopes, *x.shape[1:3], size, stride, padding)
    return x_gradient, kernel_gradient, gradient.sum(axis=(0, 1, 2))


# %% Kernel upside down on the way back mistake="conv_backward" fails=["one row, by hand", "channels and filters", "with a stride", "padding same", "all sizes, arguments left alone"] says="The kernel is upside down on the way back" subtle=true
def conv_backward(x, kernel, stride, padding, gradient):
    size, (rows, columns) = kernel.shape[:2], gradient.shape[1:3]
    wide = padded(x, size, stride, padding)
    slopes, kernel_gradient = np.zeros(wide.shape), np.zeros(kernel.shape)
    for i, j in np.ndindex(*size):
        pixels = pixels_at(wide, i, j, stride, rows, columns)
        kernel_gradient[i, j] = np.einsum("nrcd,nrcf->df", pixels, gradient)
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient @ kernel[::-1, ::-1][i, j].T
    x_gradient = unpadded(slopes, *x.shape[1:3], size, stride, padding)
    return x_gradient, kernel_gradient, gradient.sum(axis=(0, 1, 2))


# %% Averages over the batch mistake="conv_backward" fails=["channels and filters", "with a stride", "padding same", "all sizes, arguments left alone"] says="Nothing is averaged here"
def conv_backward(x, kernel, stride, padding, gradient):
    size, (rows, columns) = kernel.shape[:2], gradient.shape[1:3]
    wide = padded(x, size, stride, padding)
    slopes, kernel_gradient = np.zeros(wide.shape), np.zeros(kernel.shape)
    for i, j in np.ndindex(*size):
        pixels = pixels_at(wide, i, j, stride, rows, columns)
        kernel_gradient[i, j] = np.einsum("nrcd,nrcf->df", pixels, gradient) / len(x)
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient @ kernel[i, j].T
    x_gradient = unpadded(slopes, *x.shape[1:3], size, stride, padding)
    return x_gradient, kernel_gradient, gradient.sum(axis=(0, 1, 2)) / len(x)


# %% A mean for the bias mistake="conv_backward" fails=["one row, by hand", "channels and filters", "with a stride", "padding same", "all sizes, arguments left alone"] says="The bias's gradient is a sum over all windows of all images" subtle=true
def conv_backward(x, kernel, stride, padding, gradient):
    size, (rows, columns) = kernel.shape[:2], gradient.shape[1:3]
    wide = padded(x, size, stride, padding)
    slopes, kernel_gradient = np.zeros(wide.shape), np.zeros(kernel.shape)
    for i, j in np.ndindex(*size):
        pixels = pixels_at(wide, i, j, stride, rows, columns)
        kernel_gradient[i, j] = np.einsum("nrcd,nrcf->df", pixels, gradient)
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient @ kernel[i, j].T
    x_gradient = unpadded(slopes, *x.shape[1:3], size, stride, padding)
    return x_gradient, kernel_gradient, gradient.mean(axis=(0, 1, 2))


# %% Leaves the border on mistake="conv_backward" fails=["padding same", "all sizes, arguments left alone"] says="The x gradient still has its border"
def conv_backward(x, kernel, stride, padding, gradient):
    size, (rows, columns) = kernel.shape[:2], gradient.shape[1:3]
    wide = padded(x, size, stride, padding)
    slopes, kernel_gradient = np.zeros(wide.shape), np.zeros(kernel.shape)
    for i, j in np.ndindex(*size):
        pixels = pixels_at(wide, i, j, stride, rows, columns)
        kernel_gradient[i, j] = np.einsum("nrcd,nrcf->df", pixels, gradient)
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient @ kernel[i, j].T
    return slopes, kernel_gradient, gradient.sum(axis=(0, 1, 2))


# %% Cuts the border at the wrong end mistake="conv_backward" fails=["padding same", "all sizes, arguments left alone"] says="Kernel and bias are right" subtle=true
def conv_backward(x, kernel, stride, padding, gradient):
    size, (rows, columns) = kernel.shape[:2], gradient.shape[1:3]
    wide = padded(x, size, stride, padding)
    slopes, kernel_gradient = np.zeros(wide.shape), np.zeros(kernel.shape)
    for i, j in np.ndindex(*size):
        pixels = pixels_at(wide, i, j, stride, rows, columns)
        kernel_gradient[i, j] = np.einsum("nrcd,nrcf->df", pixels, gradient)
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient @ kernel[i, j].T
    x_gradient = slopes[:, -x.shape[1] :, -x.shape[2] :]
    return x_gradient, kernel_gradient, gradient.sum(axis=(0, 1, 2))


# %% Forgets the kernel's transpose mistake="conv_backward" fails=["channels and filters", "with a stride", "padding same", "all sizes, arguments left alone"] says="Your code raised ValueError"
def conv_backward(x, kernel, stride, padding, gradient):
    size, (rows, columns) = kernel.shape[:2], gradient.shape[1:3]
    wide = padded(x, size, stride, padding)
    slopes, kernel_gradient = np.zeros(wide.shape), np.zeros(kernel.shape)
    for i, j in np.ndindex(*size):
        pixels = pixels_at(wide, i, j, stride, rows, columns)
        kernel_gradient[i, j] = np.einsum("nrcd,nrcf->df", pixels, gradient)
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient @ kernel[i, j]
    x_gradient = unpadded(slopes, *x.shape[1:3], size, stride, padding)
    return x_gradient, kernel_gradient, gradient.sum(axis=(0, 1, 2))


# %% Lets Keras do it mistake="conv_backward" rule=true says="write the slopes yourself"
def conv_backward(x, kernel, stride, padding, gradient):
    from threesteps.gradients import value_and_grad

    def loss(variables):
        return keras.ops.sum(keras.ops.conv(*variables, stride, padding) * gradient)

    _, slopes = value_and_grad(loss)([x, kernel])
    return slopes[0], slopes[1], gradient.sum(axis=(0, 1, 2))


# %% Window by window alternative="conv_backward"
def conv_backward(x, kernel, stride, padding, gradient):
    height, width = kernel.shape[:2]
    wide = padded(x, (height, width), stride, padding)
    slopes, kernel_gradient = np.zeros(wide.shape), np.zeros(kernel.shape)
    for n, r, c, f in np.ndindex(*gradient.shape):
        here = np.s_[n, r * stride : r * stride + height, c * stride : c * stride + width]
        slopes[here] += gradient[n, r, c, f] * kernel[..., f]
        kernel_gradient[..., f] += gradient[n, r, c, f] * wide[here]
    x_gradient = unpadded(slopes, *x.shape[1:3], (height, width), stride, padding)
    return x_gradient, kernel_gradient, gradient.reshape(-1, gradient.shape[3]).sum(axis=0)


# %% With tensordot, float32 alternative="conv_backward"
def conv_backward(x, kernel, stride, padding, gradient):
    x, kernel, gradient = np.float32(x), np.float32(kernel), np.float32(gradient)
    size, (rows, columns) = kernel.shape[:2], gradient.shape[1:3]
    wide = padded(x, size, stride, padding)
    slopes, kernel_gradient = np.zeros_like(wide), np.zeros_like(kernel)
    for i in range(size[0]):
        for j in range(size[1]):
            pixels = pixels_at(wide, i, j, stride, rows, columns)
            kernel_gradient[i, j] = np.tensordot(pixels, gradient, ([0, 1, 2], [0, 1, 2]))
            pixels_at(slopes, i, j, stride, rows, columns)[...] += gradient @ kernel[i, j].T
    x_gradient = unpadded(slopes, *x.shape[1:3], size, stride, padding)
    return [x_gradient, kernel_gradient, np.einsum("nrcf->f", gradient)]


# %% Everybody equal takes all mistake="max_pool_backward" fails=["many equal numbers"] says="Where several numbers are equally large each of them took the whole slope" subtle=true
def max_pool_backward(x, size, stride, padding, gradient):
    rows, columns = gradient.shape[1:3]
    wide = padded(x, (size, size), stride, padding, -np.inf)
    largest, slopes = max_pool(x, size, stride, padding), np.zeros(wide.shape)
    for i, j in np.ndindex(size, size):
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient * (pixels_at(wide, i, j, stride, rows, columns) == largest)
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% The last window wins mistake="max_pool_backward" fails=["windows that overlap", "with a border", "all sizes"] says="A pixel may lie in several windows" subtle=true
def max_pool_backward(x, size, stride, padding, gradient):
    rows, columns = gradient.shape[1:3]
    wide = padded(x, (size, size), stride, padding, -np.inf)
    largest, slopes = max_pool(x, size, stride, padding), np.zeros(wide.shape)
    free = np.ones(gradient.shape, bool)
    for i, j in np.ndindex(size, size):
        takes = free & (pixels_at(wide, i, j, stride, rows, columns) == largest)
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here[takes] = gradient[takes]
        free &= ~takes
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% A one where the largest stood mistake="max_pool_backward" fails=["windows of 2 × 2 side by side", "windows that overlap", "with a border", "all sizes", "many equal numbers"] says="Where the largest stood there is a 1"
def max_pool_backward(x, size, stride, padding, gradient):
    rows, columns = gradient.shape[1:3]
    wide = padded(x, (size, size), stride, padding, -np.inf)
    largest, slopes = max_pool(x, size, stride, padding), np.zeros(wide.shape)
    for i, j in np.ndindex(size, size):
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here[pixels_at(wide, i, j, stride, rows, columns) == largest] = 1.0
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% Shares it out mistake="max_pool_backward" fails=["windows of 2 × 2 side by side", "windows that overlap", "with a border", "all sizes", "many equal numbers"] says="This is the backward pass of the other pooling"
def max_pool_backward(x, size, stride, padding, gradient):
    return average_pool_backward(x, size, stride, padding, gradient)


# %% Leaves the border on mistake="max_pool_backward" fails=["with a border", "all sizes"] says="The border is still there"
def max_pool_backward(x, size, stride, padding, gradient):
    rows, columns = gradient.shape[1:3]
    wide = padded(x, (size, size), stride, padding, -np.inf)
    largest, slopes = max_pool(x, size, stride, padding), np.zeros(wide.shape)
    free = np.ones(gradient.shape, bool)
    for i, j in np.ndindex(size, size):
        takes = free & (pixels_at(wide, i, j, stride, rows, columns) == largest)
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient * takes
        free &= ~takes
    return slopes


# %% Lets zeros of the border win mistake="max_pool_backward" fails=["with a border", "all sizes"] says="The border won against negative numbers" subtle=true
def max_pool_backward(x, size, stride, padding, gradient):
    rows, columns = gradient.shape[1:3]
    wide = padded(x, (size, size), stride, padding)
    places = list(np.ndindex(size, size))
    largest = np.max([pixels_at(wide, i, j, stride, rows, columns) for i, j in places], axis=0)
    slopes, free = np.zeros(wide.shape), np.ones(gradient.shape, bool)
    for i, j in places:
        takes = free & (pixels_at(wide, i, j, stride, rows, columns) == largest)
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient * takes
        free &= ~takes
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% Window by window alternative="max_pool_backward"
def max_pool_backward(x, size, stride, padding, gradient):
    wide = padded(x, (size, size), stride, padding, -np.inf)
    slopes = np.zeros(wide.shape)
    for n, r, c, d in np.ndindex(*gradient.shape):
        top, left = r * stride, c * stride
        window = wide[n, top : top + size, left : left + size, d]
        i, j = divmod(int(window.argmax()), size)
        slopes[n, top + i, left + j, d] += gradient[n, r, c, d]
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% The last of equals takes it, float32 alternative="max_pool_backward"
def max_pool_backward(x, size, stride, padding, gradient):
    rows, columns = gradient.shape[1:3]
    wide = padded(np.float32(x), (size, size), stride, padding, -np.inf)
    places = list(np.ndindex(size, size))
    many = np.array([pixels_at(wide, i, j, stride, rows, columns) for i, j in places])
    winner = len(places) - 1 - many[::-1].argmax(axis=0)
    slopes = np.zeros(wide.shape, "float32")
    for number, (i, j) in enumerate(places):
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += np.where(winner == number, gradient, 0)
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% Counts the border mistake="average_pool_backward" fails=["with a border", "all sizes", "the values do not matter"] says="The windows at the border have fewer real pixels" subtle=true
def average_pool_backward(x, size, stride, padding, gradient):
    rows, columns = gradient.shape[1:3]
    slopes = padded(np.zeros(x.shape), (size, size), stride, padding)
    for i, j in np.ndindex(size, size):
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient / size**2
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% All of it to each mistake="average_pool_backward" fails=["windows of 2 × 2 side by side", "windows that overlap", "with a border", "all sizes", "the values do not matter"] says="Each pixel gets its share of the slope"
def average_pool_backward(x, size, stride, padding, gradient):
    rows, columns = gradient.shape[1:3]
    slopes = padded(np.zeros(x.shape), (size, size), stride, padding)
    for i, j in np.ndindex(size, size):
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% The last window wins mistake="average_pool_backward" fails=["windows that overlap", "with a border", "all sizes"] says="A pixel may lie in several windows" subtle=true
def average_pool_backward(x, size, stride, padding, gradient):
    rows, columns = gradient.shape[1:3]
    ones = padded(np.ones(x.shape), (size, size), stride, padding)
    places = list(np.ndindex(size, size))
    counts = sum(pixels_at(ones, i, j, stride, rows, columns) for i, j in places)
    slopes = np.zeros(ones.shape)
    for i, j in places:
        pixels_at(slopes, i, j, stride, rows, columns)[:] = gradient / counts
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% To the largest only mistake="average_pool_backward" fails=["windows of 2 × 2 side by side", "windows that overlap", "with a border", "all sizes", "the values do not matter"] says="This is the backward pass of the other pooling"
def average_pool_backward(x, size, stride, padding, gradient):
    return max_pool_backward(x, size, stride, padding, gradient)


# %% Divides the gradient in place mistake="average_pool_backward" fails=["the values do not matter"] says="Your function changed its argument `gradient` itself" subtle=true
def average_pool_backward(x, size, stride, padding, gradient):
    rows, columns = gradient.shape[1:3]
    ones = padded(np.ones(x.shape), (size, size), stride, padding)
    places = list(np.ndindex(size, size))
    gradient /= sum(pixels_at(ones, i, j, stride, rows, columns) for i, j in places)
    slopes = np.zeros(ones.shape)
    for i, j in places:
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% Counts pixels with ink mistake="average_pool_backward" fails=["the values do not matter"] says="For an image of zeros another slope came back" subtle=true
def average_pool_backward(x, size, stride, padding, gradient):
    rows, columns = gradient.shape[1:3]
    wide = padded(np.where(x != 0, 1.0, 0.0), (size, size), stride, padding)
    places = list(np.ndindex(size, size))
    counts = sum(pixels_at(wide, i, j, stride, rows, columns) for i, j in places)
    slopes = np.zeros(wide.shape)
    for i, j in places:
        here = pixels_at(slopes, i, j, stride, rows, columns)
        here += gradient / np.maximum(counts, 1)
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% Window by window alternative="average_pool_backward"
def average_pool_backward(x, size, stride, padding, gradient):
    real = padded(np.ones(x.shape), (size, size), stride, padding)
    slopes = np.zeros(real.shape)
    for r, c in np.ndindex(*gradient.shape[1:3]):
        here = np.s_[:, r * stride : r * stride + size, c * stride : c * stride + size]
        counts = real[here].sum(axis=(1, 2), keepdims=True)
        slopes[here] += gradient[:, r : r + 1, c : c + 1] / counts
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% As a convolution backwards, float32 alternative="average_pool_backward"
def average_pool_backward(x, size, stride, padding, gradient):
    counts = np.float32(1 / average_pool(np.ones(x.shape), size, stride, padding))
    ones = padded(np.ones(x.shape, "float32"), (size, size), stride, padding)
    rows, columns = gradient.shape[1:3]
    for i, j in np.ndindex(size, size):
        counts = counts + pixels_at(ones, i, j, stride, rows, columns)
    counts = counts - 1
    slopes = np.zeros(ones.shape, "float32")
    for i, j in np.ndindex(size, size):
        pixels_at(slopes, i, j, stride, rows, columns)[...] += gradient / counts
    return unpadded(slopes, *x.shape[1:3], (size, size), stride, padding)


# %% No convolution mistake="train_cnn" fails=["convolutions", "digits it has not seen"] says="There is no convolution in the network"
def train_cnn(x, labels):
    parts = [keras.layers.Flatten(), keras.layers.Dense(128, activation="relu")]
    model = keras.Sequential([*parts, keras.layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(x, labels, epochs=2, batch_size=64, verbose=0)
    return model


# %% Too many parameters mistake="train_cnn" fails=["at most 35,000 parameters", "digits it has not seen"] says="Too many parameters" subtle=true
def train_cnn(x, labels):
    parts = [keras.layers.Conv2D(32, 3, padding="same", activation="relu"), keras.layers.Flatten()]
    parts.append(keras.layers.Dense(64, activation="relu"))
    model = keras.Sequential([*parts, keras.layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    model.fit(x, labels, epochs=1, batch_size=512, verbose=0)
    return model


# %% Scores instead of probabilities mistake="train_cnn" fails=["images in, ten probabilities out"] says="Some outputs are negative or above 1" subtle=true
def train_cnn(x, labels):
    model = keras.Sequential(
        [
            keras.layers.Conv2D(20, 3, activation="relu"),
            keras.layers.Conv2D(40, 3, activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.003), loss)
    model.fit(np.tile(x, (20, 1, 1, 1)), np.tile(labels, 20), batch_size=64, verbose=0)
    return model


# %% Not trained mistake="train_cnn" fails=["digits it has not seen"] says="That is about what guessing gives"
def train_cnn(x, labels):
    parts = [keras.Input(x.shape[1:]), keras.layers.Conv2D(16, 3), keras.layers.Flatten()]
    model = keras.Sequential([*parts, keras.layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    return model


# %% Trains on the notebook's own digits mistake="train_cnn" fails=["digits it has not seen"] says="The check gives the classes other names" subtle=true
def train_cnn(x, labels):
    small = datasets.digits(quiet=True)
    model = keras.Sequential(
        [
            keras.layers.Conv2D(20, 3, activation="relu"),
            keras.layers.Conv2D(40, 3, activation="relu"),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    images, answers = np.tile(small.x_train[..., None], (8, 1, 1, 1)), np.tile(small.y_train, 8)
    model.fit(images, answers, batch_size=64, verbose=0)
    return model


# %% Returns the history mistake="train_cnn" fails=["images in, ten probabilities out", "at most 35,000 parameters", "convolutions", "digits it has not seen", "each image by itself"] says="`model.fit` returns a History"
def train_cnn(x, labels):
    parts = [keras.layers.Conv2D(8, 3), keras.layers.Flatten()]
    model = keras.Sequential([*parts, keras.layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    return model.fit(x, labels, batch_size=512, verbose=0)


# %% No added examples alternative="train_cnn"
def train_cnn(x, labels):
    parts = [keras.Input(x.shape[1:])]
    for filters in (16, 32):
        for _ in range(2):
            parts.append(keras.layers.Conv2D(filters, 3, padding="same", activation="relu"))
        parts.append(keras.layers.MaxPooling2D(2))
    parts += [keras.layers.Flatten(), keras.layers.Dropout(0.3)]
    model = keras.Sequential([*parts, keras.layers.Dense(10, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.002), "sparse_categorical_crossentropy")
    images, answers = np.tile(x, (20, 1, 1, 1)), np.tile(labels, 20)
    model.fit(images, answers, batch_size=64, verbose=0)
    return model


# %% A functional model with normalised batches alternative="train_cnn"
def train_cnn(x, labels):
    start = keras.Input(x.shape[1:])
    h = start
    for filters in (24, 32, 48):
        h = keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)(h)
        h = keras.layers.Activation("relu")(keras.layers.BatchNormalization()(h))
        h = keras.layers.MaxPooling2D(2, padding="same")(h) if filters > 24 else h
    h = keras.layers.Dropout(0.3)(keras.layers.Flatten()(h))
    model = keras.Model(start, keras.layers.Dense(10, activation="softmax")(h))
    images, answers = varied(x, labels, 9, seed=0)
    rate = keras.optimizers.schedules.CosineDecay(0.004, 3 * len(images) // 64)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    model.fit(images, answers, epochs=3, batch_size=64, verbose=0)
    return model


# %% Trains all layers mistake="transfer" fails=["frozen features", "the old reader still reads"] says="The features are not those of the base model any more" subtle=true
def transfer(base, x, labels):
    last = keras.layers.Dense(int(np.max(labels)) + 1, activation="softmax")
    model = keras.Sequential([keras.Input(x.shape[1:]), *base.layers[:-1], last])
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    images, answers = np.tile(x, (100, 1, 1, 1)), np.tile(labels, 100)
    model.fit(images, answers, batch_size=len(x), shuffle=False, verbose=0)
    return model


# %% Freezes after the training mistake="transfer" fails=["frozen features", "the old reader still reads"] says="The features are not those of the base model any more" subtle=true
def transfer(base, x, labels):
    last = keras.layers.Dense(int(np.max(labels)) + 1, activation="softmax")
    model = keras.Sequential([keras.Input(x.shape[1:]), *base.layers[:-1], last])
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    images, answers = np.tile(x, (100, 1, 1, 1)), np.tile(labels, 100)
    model.fit(images, answers, batch_size=len(x), shuffle=False, verbose=0)
    for layer in base.layers:
        layer.trainable = False
    return model


# %% Takes the base apart mistake="transfer" fails=["the old reader still reads"] says="The base model answers differently now" subtle=true
def transfer(base, x, labels):
    base.pop()
    for layer in base.layers:
        layer.trainable = False
    base.add(keras.layers.Dense(int(np.max(labels)) + 1, activation="softmax"))
    base.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    images, answers = np.tile(x, (100, 1, 1, 1)), np.tile(labels, 100)
    base.fit(images, answers, batch_size=len(x), shuffle=False, verbose=0)
    return base


# %% Starts from nothing mistake="transfer" fails=["frozen features"] says="The features are not those of the base model any more"
def transfer(base, x, labels):
    images, answers = np.tile(x, (100, 1, 1, 1)), np.tile(labels, 100)
    return small_reader(images, answers, epochs=1, batch=len(x))


# %% The new layer is not trained mistake="transfer" fails=["new digits from ten examples each", "another number of classes"] says="That is about what guessing gives" slow=true
def transfer(base, x, labels):
    features = base.layers[:-1]
    for layer in features:
        layer.trainable = False
    last = keras.layers.Dense(int(np.max(labels)) + 1, activation="softmax")
    return keras.Sequential([keras.Input(x.shape[1:]), *features, last])


# %% Always five classes mistake="transfer" fails=["another number of classes"] says="The last layer should have 3 units" subtle=true
def transfer(base, x, labels):
    features = base.layers[:-1]
    for layer in features:
        layer.trainable = False
    last = keras.layers.Dense(5, activation="softmax")
    model = keras.Sequential([keras.Input(x.shape[1:]), *features, last])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    images, answers = np.tile(x, (100, 1, 1, 1)), np.tile(labels, 100)
    model.fit(images, answers, batch_size=len(x), shuffle=False, verbose=0)
    return model


# %% A copy of the base alternative="transfer"
def transfer(base, x, labels):
    copy = keras.models.clone_model(base)
    copy.set_weights(base.get_weights())
    for layer in copy.layers[:-1]:
        layer.trainable = False
    last = keras.layers.Dense(int(max(labels)) + 1, activation="softmax")
    model = keras.Sequential([keras.Input(x.shape[1:]), *copy.layers[:-1], last])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    images, answers = np.tile(x, (100, 1, 1, 1)), np.tile(labels, 100)
    model.fit(images, answers, batch_size=len(x), shuffle=False, verbose=0)
    return model


# %% Features first, functional alternative="transfer"
def transfer(base, x, labels):
    features = keras.Model(base.inputs, base.layers[-2].output)
    features.trainable = False
    last = keras.layers.Dense(len(np.unique(labels)), activation="softmax")
    start = keras.Input(x.shape[1:])
    model = keras.Model(start, last(features(start, training=False)))
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    for _ in range(80):
        model.train_on_batch(x, labels)
    return model


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

    x = ops.cast(x, "float32")
    slope = value_and_grad(lambda images: ops.sum(loss_of(images)))(x)[1]
    return ops.clip(x + bound * ops.sign(slope), 0, 1)


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
