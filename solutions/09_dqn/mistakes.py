# %% [markdown]
# Wrong answers that people give, and other right ones. Each cell replaces the exercise of that
# name; tests/test_checks.py asks the check about it. `fails` lists the cases that must reject it,
# `says` is a piece of the words that must be shown.


# %% Walks through walls mistake="maze_step" fails=["walls", "every step of two mazes"] says="It walked through a wall"
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, width)
    down, right = MOVES[action]
    r, c = row + down, column + right
    if 0 <= r < height and 0 <= c < width:
        state = r * width + c
    return state, float(state == goal), bool(state == goal)


# %% Comes back on the other side mistake="maze_step" fails=["the edges of the grid", "every step of two mazes"] says="It left the grid on one side and came back on the other" subtle=true
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, width)
    down, right = MOVES[action]
    r, c = row + down, column + right
    if r < height and c < width and not walls[r, c]:
        state = r % height * width + c % width
    return state, float(state == goal), bool(state == goal)


# %% Divides by the height mistake="maze_step" fails=["free ways", "walls", "the edges of the grid", "into the goal", "every step of two mazes"] says="Rows are numbered by the width"
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, height)
    down, right = MOVES[action]
    r, c = row + down, column + right
    if 0 <= r < height and 0 <= c < width and not walls[r, c]:
        state = r * height + c
    return state, float(state == goal), bool(state == goal)


# %% Counts on the number alone mistake="maze_step" fails=["the edges of the grid", "every step of two mazes"] says="From the last column it went to the next row (or from the first to the row above)" subtle=true
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    reached = state + (-width, 1, width, -1)[action]
    if 0 <= reached < walls.size and not walls.flat[reached]:
        state = reached
    return state, float(state == goal), bool(state == goal)


# %% Up is down mistake="maze_step" fails=["free ways", "walls", "the edges of the grid", "into the goal", "every step of two mazes"] says="Up and down are exchanged"
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, width)
    down, right = -MOVES[action][0], MOVES[action][1]
    r, c = row + down, column + right
    if 0 <= r < height and 0 <= c < width and not walls[r, c]:
        state = r * width + c
    return state, float(state == goal), bool(state == goal)


# %% Never over mistake="maze_step" fails=["into the goal", "every step of two mazes"] says="The flag `terminated` is True when the next state is the goal"
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, width)
    down, right = MOVES[action]
    r, c = row + down, column + right
    if 0 <= r < height and 0 <= c < width and not walls[r, c]:
        state = r * width + c
    return state, float(state == goal), False


# %% Pays for every step mistake="maze_step" fails=["free ways", "walls", "the edges of the grid", "every step of two mazes"] says="There is a reward for reaching the goal only" subtle=true
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = divmod(state, width)
    down, right = MOVES[action]
    r, c = row + down, column + right
    if 0 <= r < height and 0 <= c < width and not walls[r, c]:
        state = r * width + c
    return state, 1.0 if state == goal else -1.0, bool(state == goal)


# %% With a padded border alternative="maze_step"
def maze_step(walls, goal, state, action):
    blocked = np.pad(walls, 1, constant_values=True)
    row, column = state // walls.shape[1], state % walls.shape[1]
    down, right = [(-1, 0), (0, 1), (1, 0), (0, -1)][action]
    if not blocked[row + down + 1, column + right + 1]:
        row, column = row + down, column + right
    state = int(np.ravel_multi_index((row, column), walls.shape))
    return state, 1.0 if state == goal else 0.0, state == goal


# %% Case by case alternative="maze_step"
def maze_step(walls, goal, state, action):
    height, width = walls.shape
    row, column = np.unravel_index(state, walls.shape)
    blocked = [row == 0, column == width - 1, row == height - 1, column == 0][action]
    reached = state + [-width, 1, width, -1][action]
    if not blocked and not walls.ravel()[reached]:
        state = reached
    return np.int64(state), np.float32(state == goal), np.bool_(state == goal)


# %% Overwrites equal outcomes mistake="maze_model" fails=["a floor that does not slip", "a slippery floor", "other mazes"] says="Two of the three outcomes may lead to the same cell" subtle=true
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip / 2), (3, slip / 2)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] = prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% Each side gets all mistake="maze_model" fails=["a slippery floor", "other mazes"] says="Each side gets half of `slip`"
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip), (3, slip)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% One side only mistake="maze_model" fails=["a slippery floor", "other mazes"] says="Both sides are possible" subtle=true
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% Goes on after the goal mistake="maze_model" fails=["a floor that does not slip", "a slippery floor", "nothing comes after the goal", "other mazes"] says="After the goal nothing comes" subtle=true
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip / 2), (3, slip / 2)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    return transitions, transitions[:, :, goal]


# %% Does not slip mistake="maze_model" fails=["a slippery floor", "other mazes"] says="The floor does not slip"
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1.0), (1, 0.0), (3, 0.0)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% Slips backwards mistake="maze_model" fails=["a slippery floor", "other mazes"] says="It slips to the sides"
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (2, slip)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% Rewards as if nothing slipped mistake="maze_model" fails=["a slippery floor", "other mazes"] says="The rewards are expected ones" subtle=true
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in np.flatnonzero(~walls.ravel()):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip / 2), (3, slip / 2)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, (transitions[:, :, goal] > 0).astype(float)


# %% People in the walls mistake="maze_model" fails=["a floor that does not slip", "a slippery floor", "other mazes"] says="Walls have rows of zeros"
def maze_model(walls, goal, slip=0.0):
    num_states = walls.size
    transitions = np.zeros((num_states, 4, num_states))
    for state in range(num_states):
        for action in range(4):
            for turn, prob in [(0, 1 - slip), (1, slip / 2), (3, slip / 2)]:
                reached, _, _ = maze_step(walls, goal, state, (action + turn) % 4)
                transitions[state, action, reached] += prob
    transitions[goal] = 0.0
    return transitions, transitions[:, :, goal]


# %% Expected rewards added up alternative="maze_model"
def maze_model(walls, goal, slip=0.0):
    transitions = np.zeros((walls.size, 4, walls.size), "float32")
    rewards = np.zeros((walls.size, 4), "float32")
    for state in range(walls.size):
        if state == goal or walls.flat[state]:
            continue
        for wanted in range(4):
            for happens, prob in enumerate(np.roll([1 - slip, slip / 2, 0, slip / 2], wanted)):
                reached, reward, _ = maze_step(walls, goal, state, happens)
                transitions[state, wanted, reached] += prob
                rewards[state, wanted] += prob * reward
    return transitions, rewards


# %% Mixed from sure moves alternative="maze_model"
def maze_model(walls, goal, slip=0.0):
    sure = np.zeros((walls.size, 4, walls.size))
    for state in set(np.flatnonzero(walls.ravel() == 0)) - {goal}:
        for action in range(4):
            sure[state, action, maze_step(walls, goal, state, action)[0]] = 1
    sides = np.roll(sure, 1, axis=1) + np.roll(sure, -1, axis=1)
    transitions = (1 - slip) * sure + slip / 2 * sides
    return [transitions, transitions[..., goal]]


# %% Sums up the past mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="The sums run over the past"
def discounted_returns(rewards, discount):
    returns, so_far = [], 0.0
    for reward in rewards:
        so_far = reward + discount * so_far
        returns.append(so_far)
    return np.array(returns)


# %% Back to front mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="The returns stand in reverse order"
def discounted_returns(rewards, discount):
    returns, following = [], 0.0
    for reward in rewards[::-1]:
        following = reward + discount * following
        returns.append(following)
    return np.array(returns)


# %% Forgets the discount mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="The discount is missing"
def discounted_returns(rewards, discount):
    returns, following = np.zeros(len(rewards)), 0.0
    for step in reversed(range(len(rewards))):
        following = rewards[step] + following
        returns[step] = following
    return returns


# %% Discounts the reward of the step itself mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="The reward of the step itself counts in full" subtle=true
def discounted_returns(rewards, discount):
    returns, following = np.zeros(len(rewards)), 0.0
    for step in reversed(range(len(rewards))):
        following = discount * (rewards[step] + following)
        returns[step] = following
    return returns


# %% One clock for all steps mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="Every step counts its own time" subtle=true
def discounted_returns(rewards, discount):
    discounted = discount ** np.arange(len(rewards)) * rewards
    return np.cumsum(discounted[::-1])[::-1]


# %% The first return alone mistake="discounted_returns" fails=["a late reward", "rewards all along", "patience without limit, and none", "one step, and many"] says="This is the return of the first step alone"
def discounted_returns(rewards, discount):
    returns, following = np.zeros(len(rewards)), 0.0
    for step in reversed(range(len(rewards))):
        following = rewards[step] + discount * following
        returns[step] = following
    return returns[0]


# %% In place mistake="discounted_returns" fails=["leaves its argument alone"] says="Your function changed its argument `rewards` itself" subtle=true
def discounted_returns(rewards, discount):
    for step in reversed(range(len(rewards) - 1)):
        rewards[step] += discount * rewards[step + 1]
    return rewards


# %% A list turned around alternative="discounted_returns"
def discounted_returns(rewards, discount):
    returns = [0.0]
    for reward in rewards[::-1]:
        returns.append(float(reward) + discount * returns[-1])
    return np.array(returns[:0:-1], "float32")


# %% As a matrix alternative="discounted_returns"
def discounted_returns(rewards, discount):
    ahead = np.arange(len(rewards)) - np.arange(len(rewards))[:, None]
    weights = np.where(ahead >= 0, float(discount) ** np.maximum(ahead, 0), 0.0)
    return weights @ rewards


# %% Forgets the reward mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="The reward of the step itself is missing"
def bellman_backup(values, transitions, rewards, discount):
    return discount * np.asarray(transitions) @ np.asarray(values)


# %% Forgets the discount mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="The discount is missing"
def bellman_backup(values, transitions, rewards, discount):
    return np.asarray(rewards) + np.asarray(transitions) @ np.asarray(values)


# %% Discounts the reward too mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="The reward comes at once" subtle=true
def bellman_backup(values, transitions, rewards, discount):
    return discount * (rewards + transitions @ values)


# %% Looks at where it stands mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="These are the values of the states where the step begins"
def bellman_backup(values, transitions, rewards, discount):
    return rewards + discount * values[:, None]


# %% Sums over the wrong state mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="The sum goes over the next state" subtle=true
def bellman_backup(values, transitions, rewards, discount):
    return rewards + discount * np.einsum("sat,s->ta", transitions, values)


# %% The likeliest only mistake="bellman_backup" fails=["chance decides", "only tomorrow, only today", "other sizes"] says="Only the likeliest next state counts here" subtle=true
def bellman_backup(values, transitions, rewards, discount):
    return rewards + discount * values[transitions.argmax(axis=2)]


# %% Takes the best at once mistake="bellman_backup" fails=["every step is sure", "chance decides", "only tomorrow, only today", "other sizes"] says="These are the best values"
def bellman_backup(values, transitions, rewards, discount):
    return (rewards + discount * transitions @ values).max(axis=1)


# %% State by state alternative="bellman_backup"
def bellman_backup(values, transitions, rewards, discount):
    q = np.zeros(np.shape(rewards))
    for state in range(len(values)):
        for action in range(q.shape[1]):
            q[state, action] = rewards[state, action]
            q[state, action] += discount * np.dot(transitions[state, action], values)
    return q


# %% In keras.ops, float32 alternative="bellman_backup"
def bellman_backup(values, transitions, rewards, discount):
    values, transitions = ops.cast(values, "float32"), ops.cast(transitions, "float32")
    return ops.convert_to_numpy(
        ops.cast(rewards, "float32") + discount * ops.einsum("sat,t->sa", transitions, values)
    )


# %% One sweep mistake="policy_evaluation" fails=["a policy that is sure", "a policy that draws", "a patient one", "other sizes"] says="This is one sweep"
def policy_evaluation(policy, transitions, rewards, discount):
    q = bellman_backup(np.zeros(len(rewards)), transitions, rewards, discount)
    return np.sum(policy * q, axis=1)


# %% Takes the best action mistake="policy_evaluation" fails=["a policy that is sure", "a policy that draws", "other sizes"] says="These are the values of the best policy"
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    while True:
        q = bellman_backup(values, transitions, rewards, discount)
        new = q.max(axis=1)
        if np.max(np.abs(new - values)) < 1e-9:
            return new
        values = new


# %% All actions alike mistake="policy_evaluation" fails=["a policy that is sure", "a policy that draws", "other sizes"] says="All actions count the same here"
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    while True:
        q = bellman_backup(values, transitions, rewards, discount)
        new = q.mean(axis=1)
        if np.max(np.abs(new - values)) < 1e-9:
            return new
        values = new


# %% Stops at a hundred sweeps mistake="policy_evaluation" fails=["a patient one"] says="A hundred sweeps are not enough for every discount" subtle=true
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    for _ in range(100):
        values = np.sum(policy * bellman_backup(values, transitions, rewards, discount), axis=1)
    return values


# %% Stops when one value rests mistake="policy_evaluation" fails=["a policy that is sure", "a policy that draws", "other sizes"] says="This is one sweep" subtle=true
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    while True:
        q = bellman_backup(values, transitions, rewards, discount)
        new = np.sum(policy * q, axis=1)
        if np.min(np.abs(new - values)) < 1e-9:
            return new
        values = new


# %% The likeliest action only mistake="policy_evaluation" fails=["a policy that draws", "other sizes"] says="Only the likeliest action counts here"
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    while True:
        q = bellman_backup(values, transitions, rewards, discount)
        new = q[np.arange(len(q)), np.argmax(policy, axis=1)]
        if np.max(np.abs(new - values)) < 1e-9:
            return new
        values = new


# %% Rewards without weights mistake="policy_evaluation" fails=["a policy that is sure", "a policy that draws", "other sizes"] says="The rewards must be weighted by the policy as well" subtle=true
def policy_evaluation(policy, transitions, rewards, discount):
    policy = np.asarray(policy)
    moves = np.einsum("sa,sat->st", policy, transitions)  # (states, states)
    earned = np.sum(rewards, axis=1)  # (states,)
    return np.linalg.solve(np.eye(len(policy)) - discount * moves, earned)


# %% By sweeps alternative="policy_evaluation"
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    while True:
        q = bellman_backup(values, transitions, rewards, discount)
        new = np.sum(policy * q, axis=1)
        if np.max(np.abs(new - values)) < 1e-9:
            return new
        values = new


# %% In place, state by state alternative="policy_evaluation"
def policy_evaluation(policy, transitions, rewards, discount):
    values = np.zeros(len(rewards))
    change = 1.0
    while change > 1e-10:
        change = 0.0
        for state in range(len(values)):
            q = rewards[state] + discount * transitions[state] @ values
            change = max(change, abs(policy[state] @ q - values[state]))
            values[state] = policy[state] @ q
    return values


# %% Solved in float32 alternative="policy_evaluation"
def policy_evaluation(policy, transitions, rewards, discount):
    moves = (policy[:, :, None] * transitions).sum(axis=1)
    left = (np.eye(len(moves)) - discount * moves).astype("float32")
    return np.linalg.solve(left, (policy * rewards).sum(axis=1).astype("float32"))


# %% One sweep mistake="value_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "a patient one, and a rough one", "other worlds"] says="These are the values after one sweep from 0"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    return bellman_backup(np.zeros(len(rewards)), transitions, rewards, discount).max(axis=1)


# %% The mean of the actions mistake="value_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "a patient one, and a rough one", "other worlds"] says="The mean over the actions is the value of drawing any"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    while True:
        better = bellman_backup(values, transitions, rewards, discount).mean(axis=1)
        if np.max(np.abs(better - values)) <= tolerance:
            return better
        values = better


# %% Never below zero mistake="value_iteration" fails=["rewards of either sign", "other worlds"] says="A value may be negative" subtle=true
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    while True:
        better = bellman_backup(values, transitions, rewards, discount).max(axis=1, initial=0.0)
        if np.max(np.abs(better - values)) <= tolerance:
            return better
        values = better


# %% Stops when one value rests mistake="value_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "a patient one, and a rough one", "other worlds"] says="These are the values after one sweep from 0" subtle=true
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    while True:
        better = bellman_backup(values, transitions, rewards, discount).max(axis=1)
        if np.min(np.abs(better - values)) <= tolerance:
            return better
        values = better


# %% Looks at rises only mistake="value_iteration" fails=["rewards of either sign", "other worlds"] says="These are the values after one sweep from 0" subtle=true
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    while True:
        better = bellman_backup(values, transitions, rewards, discount).max(axis=1)
        if np.max(better - values) <= tolerance:
            return better
        values = better


# %% Twenty sweeps mistake="value_iteration" fails=["a slippery maze", "rewards of either sign", "a patient one, and a rough one", "other worlds"] says="It stopped too early"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    for _ in range(20):
        values = bellman_backup(values, transitions, rewards, discount).max(axis=1)
    return values


# %% Gives the actions mistake="value_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "a patient one, and a rough one", "other worlds"] says="These are the best actions"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards))
    while True:
        better = bellman_backup(values, transitions, rewards, discount).max(axis=1)
        if np.max(np.abs(better - values)) <= tolerance:
            return bellman_backup(better, transitions, rewards, discount).argmax(axis=1)
        values = better


# %% In place, state by state alternative="value_iteration"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values, change = np.zeros(len(rewards)), math.inf
    while change > tolerance:
        change = 0.0
        for state in range(len(values)):
            best = max(rewards[state] + discount * transitions[state] @ values)
            change, values[state] = max(change, abs(best - values[state])), best
    return values


# %% Float32, a fixed number of sweeps that is large alternative="value_iteration"
def value_iteration(transitions, rewards, discount, tolerance=1e-9):
    values = np.zeros(len(rewards), "float32")
    for _ in range(2000):
        values = np.max(rewards + discount * transitions @ values, axis=-1).astype("float32")
    return values


# %% One round mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="One round is not enough"
def policy_iteration(transitions, rewards, discount):
    table = np.eye(rewards.shape[1])[np.zeros(len(rewards), int)]
    values = policy_evaluation(table, transitions, rewards, discount)
    policy = bellman_backup(values, transitions, rewards, discount).argmax(axis=1)
    return policy, policy_evaluation(
        np.eye(rewards.shape[1])[policy], transitions, rewards, discount
    )


# %% Never improves mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="This is the policy that you began with"
def policy_iteration(transitions, rewards, discount):
    num_states, num_actions = np.shape(rewards)
    policy = np.zeros(num_states, int)
    while True:
        table = np.eye(num_actions)[policy]  # (states, actions)
        values = policy_evaluation(table, transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        better = q.max(axis=1) > q[np.arange(num_states), policy] + 1e-8
        if True:
            return policy, values
        policy = np.where(better, q.argmax(axis=1), policy)


# %% Greedy for the reward mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="One round is not enough" subtle=true
def policy_iteration(transitions, rewards, discount):
    policy = np.argmax(rewards, axis=1)
    table = np.eye(rewards.shape[1])[policy]
    return policy, policy_evaluation(table, transitions, rewards, discount)


# %% Stops when one state is content mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="This is the policy that you began with" subtle=true
def policy_iteration(transitions, rewards, discount):
    num_states, num_actions = np.shape(rewards)
    policy = np.zeros(num_states, int)
    while True:
        table = np.eye(num_actions)[policy]  # (states, actions)
        values = policy_evaluation(table, transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        better = q.max(axis=1) > q[np.arange(num_states), policy] + 1e-8
        if not better.all():
            return policy, values
        policy = np.where(better, q.argmax(axis=1), policy)


# %% Improves to the worst mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="This is the policy that you began with"
def policy_iteration(transitions, rewards, discount):
    num_states, num_actions = np.shape(rewards)
    policy = np.zeros(num_states, int)
    while True:
        table = np.eye(num_actions)[policy]  # (states, actions)
        values = policy_evaluation(table, transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        better = q.min(axis=1) < q[np.arange(num_states), policy] - 1e-8
        if not better.any():
            return policy, values
        policy = np.where(better, q.argmin(axis=1), policy)


# %% Gives what every action is worth mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="The policy is right"
def policy_iteration(transitions, rewards, discount):
    num_states, num_actions = np.shape(rewards)
    policy = np.zeros(num_states, int)
    while True:
        table = np.eye(num_actions)[policy]  # (states, actions)
        values = policy_evaluation(table, transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        better = q.max(axis=1) > q[np.arange(num_states), policy] + 1e-8
        if not better.any():
            return policy, q
        policy = np.where(better, q.argmax(axis=1), policy)


# %% Values of the reward alone mistake="policy_iteration" fails=["a corridor", "a slippery maze", "rewards of either sign", "many actions of the same worth", "other worlds"] says="The policy is right" subtle=true
def policy_iteration(transitions, rewards, discount):
    num_states, num_actions = np.shape(rewards)
    policy = np.zeros(num_states, int)
    while True:
        table = np.eye(num_actions)[policy]  # (states, actions)
        values = policy_evaluation(table, transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        better = q.max(axis=1) > q[np.arange(num_states), policy] + 1e-8
        if not better.any():
            return policy, rewards[np.arange(num_states), policy]
        policy = np.where(better, q.argmax(axis=1), policy)


# %% One state at a time alternative="policy_iteration"
def policy_iteration(transitions, rewards, discount):
    policy = [0] * len(rewards)
    changed = True
    while changed:
        changed = False
        values = policy_evaluation(np.eye(rewards.shape[1])[policy], transitions, rewards, discount)
        q = bellman_backup(values, transitions, rewards, discount)
        for state, row in enumerate(q):
            if max(row) > row[policy[state]] + 1e-9:
                policy[state], changed = int(np.argmax(row)), True
    return np.array(policy), values


# %% Stops when the values rest alternative="policy_iteration"
def policy_iteration(transitions, rewards, discount):
    policy, before = np.zeros(len(rewards), int), None
    while True:
        values = policy_evaluation(np.eye(rewards.shape[1])[policy], transitions, rewards, discount)
        if before is not None and np.allclose(values, before, rtol=0, atol=1e-9):
            return policy.astype("int32"), values.astype("float32")
        policy, before = (
            bellman_backup(values, transitions, rewards, discount).argmax(axis=1),
            values,
        )


# %% The wrong way round mistake="epsilon_greedy" fails=["greedy without ε", "how often each action comes", "several are best", "other numbers"] says="With ε = 0 it should always take the action with the largest q"
def epsilon_greedy(q, epsilon, rng):
    if rng.random() > epsilon:
        return int(rng.integers(len(q)))
    best = np.flatnonzero(q == np.max(q))
    return int(best[rng.integers(len(best))])


# %% Always the first of the best mistake="epsilon_greedy" fails=["several are best", "other numbers"] says="When several actions are best it always takes the same one of them" subtle=true
def epsilon_greedy(q, epsilon, rng):
    if rng.random() < epsilon:
        return int(rng.integers(len(q)))
    best = np.flatnonzero(q == np.max(q))
    return int(best[0])


# %% Explores among the others only mistake="epsilon_greedy" fails=["how often each action comes", "other numbers"] says="With probability ε take any action" subtle=true
def epsilon_greedy(q, epsilon, rng):
    best = np.flatnonzero(q == np.max(q))
    others = np.flatnonzero(q != np.max(q))
    if len(others) and rng.random() < epsilon:
        return int(rng.choice(others))
    return int(rng.choice(best))


# %% Misses the last action mistake="epsilon_greedy" fails=["how often each action comes", "other numbers"] says="The last action never comes" subtle=true
def epsilon_greedy(q, epsilon, rng):
    if rng.random() < epsilon:
        return int(rng.integers(len(q) - 1))
    best = np.flatnonzero(q == np.max(q))
    return int(best[rng.integers(len(best))])


# %% Another source of chance mistake="epsilon_greedy" fails=["all chance comes from the generator"] says="The same generator should give the same actions" subtle=true
def epsilon_greedy(q, epsilon, rng):
    if np.random.rand() < epsilon:
        return int(rng.integers(len(q)))
    best = np.flatnonzero(q == np.max(q))
    return int(best[rng.integers(len(best))])


# %% Never explores mistake="epsilon_greedy" fails=["how often each action comes", "all chance comes from the generator", "other numbers"] says="It never explores"
def epsilon_greedy(q, epsilon, rng):
    best = np.flatnonzero(q == np.max(q))
    return int(best[rng.integers(len(best))])


# %% Gives the value mistake="epsilon_greedy" fails=["greedy without ε", "how often each action comes", "several are best", "all chance comes from the generator", "other numbers"] says="Return the number of an action"
def epsilon_greedy(q, epsilon, rng):
    if rng.random() < epsilon:
        return int(rng.integers(len(q)))
    best = np.flatnonzero(q == np.max(q))
    return q[best[0]]


# %% By probabilities alternative="epsilon_greedy"
def epsilon_greedy(q, epsilon, rng):
    best = np.asarray(q) == max(q)
    return rng.choice(len(q), p=epsilon / len(q) + (1 - epsilon) * best / best.sum())


# %% Ties broken by tiny noise alternative="epsilon_greedy"
def epsilon_greedy(q, epsilon, rng):
    if rng.uniform() >= epsilon:
        return np.argmax(q + 1e-9 * rng.random(len(q)))
    return rng.integers(0, len(q))


# %% Looks past the end mistake="q_learning_update" fails=["into a terminal state", "whole numbers, other sizes"] says="After a terminal state nothing is earned" subtle=true
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward + discount * new[next_state].max()
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% Learns nothing at the end mistake="q_learning_update" fails=["into a terminal state", "whole numbers, other sizes"] says="Nothing was learned from the last step"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward + discount * new[next_state].max()
    if terminated:
        return new
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% The same action again mistake="q_learning_update" fails=["one step", "back to the same state", "whole numbers, other sizes"] says="The next state counts with its best action" subtle=true
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward if terminated else reward + discount * new[next_state, action]
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% Jumps to the target mistake="q_learning_update" fails=["one step", "into a terminal state", "back to the same state", "whole numbers, other sizes"] says="The learning rate is missing"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward if terminated else reward + discount * new[next_state].max()
    new[state, action] = target
    return new


# %% Forgets the discount mistake="q_learning_update" fails=["one step", "back to the same state", "whole numbers, other sizes"] says="The discount is missing"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward if terminated else reward + new[next_state].max()
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% Adds the target mistake="q_learning_update" fails=["one step", "into a terminal state", "back to the same state", "whole numbers, other sizes"] says="The old value is missing from the error"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward if terminated else reward + discount * new[next_state].max()
    new[state, action] += learning_rate * target
    return new


# %% In place mistake="q_learning_update" fails=["leaves its argument alone", "whole numbers, other sizes"] says="Your function changed its argument `q` itself" subtle=true
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = q
    target = reward if terminated else reward + discount * new[next_state].max()
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% The whole row mistake="q_learning_update" fails=["one step", "into a terminal state", "back to the same state", "whole numbers, other sizes"] says="Only the action taken was tried"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q, float)
    target = reward if terminated else reward + discount * new[next_state].max()
    new[state] += learning_rate * (target - new[state])
    return new


# %% In whole numbers mistake="q_learning_update" fails=["whole numbers, other sizes"] says="The new value was cut to a whole number" subtle=true
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    new = np.array(q)
    target = reward if terminated else reward + discount * new[next_state].max()
    new[state, action] += learning_rate * (target - new[state, action])
    return new


# %% As a mixture alternative="q_learning_update"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    following = 0.0 if terminated else max(q[next_state])
    new = np.asarray(q).astype("float32")
    old = q[state][action]
    new[state, action] = (1 - learning_rate) * old + learning_rate * (reward + discount * following)
    return new


# %% With a mask alternative="q_learning_update"
def q_learning_update(q, state, action, reward, next_state, terminated, learning_rate, discount):
    error = reward + discount * (1 - int(terminated)) * np.max(q[next_state]) - q[state, action]
    here = np.zeros(np.shape(q))
    here[state, action] = 1
    return q + learning_rate * error * here


# %% Stays in the first state mistake="train_q_learning" fails=["the greedy path is a shortest one", "the values in the table", "the return of every episode", "seed and ε are used", "a larger maze"] says="The table q is still all zeros"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% Throws away what it learned mistake="train_q_learning" fails=["the greedy path is a shortest one", "the values in the table", "the return of every episode", "seed and ε are used", "a larger maze"] says="The table q is still all zeros"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% The same chance in every episode mistake="train_q_learning" fails=["the greedy path is a shortest one", "the values in the table"] says="The agent takes a longer way than it needs" subtle=true
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    q, returns = np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        rng, state, earned = np.random.default_rng(seed), start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% Goes on after the goal mistake="train_q_learning" fails=["the values in the table", "the return of every episode"] says="The row q[goal] was changed"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% Forgets ε mistake="train_q_learning" fails=["seed and ε are used"] says="With ε = 1 an agent still walks at random in its last episodes" subtle=true
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], 0.5, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% Returns without discount mistake="train_q_learning" fails=["the return of every episode", "seed and ε are used"] says="The returns are too large" subtle=true
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(sum(earned))
    return q, np.array(returns)


# %% A discount of its own mistake="train_q_learning" fails=["the values in the table"] says="The discount that was passed is not used" subtle=true
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, 0.9)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% Looks up the wrong state mistake="train_q_learning" fails=["the greedy path is a shortest one", "the values in the table", "the return of every episode", "seed and ε are used", "a larger maze"] says="The largest q does not lead from start to goal"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    for _ in range(episodes):
        state, earned = start, []
        for _ in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            next_state, reward, terminated = maze_step(walls, goal, state, action)
            experience = (next_state, action, reward, next_state, terminated)
            q = q_learning_update(q, *experience, learning_rate, discount)
            earned.append(reward)
            state = next_state
            if terminated:
                break
        returns.append(discounted_returns(earned, discount)[0])
    return q, np.array(returns)


# %% In place, by its own formula alternative="train_q_learning"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng = np.random.default_rng(seed)
    q, returns = np.zeros((walls.size, 4), "float32"), np.zeros(episodes)
    for episode in range(episodes):
        state = start
        for move in range(1000):
            action = epsilon_greedy(q[state], epsilon, rng)
            reached, reward, terminated = maze_step(walls, goal, state, action)
            following = 0 if terminated else q[reached].max()
            q[state, action] += learning_rate * (reward + discount * following - q[state, action])
            returns[episode] += discount**move * reward
            if terminated:
                break
            state = reached
    return q, returns


# %% With a while loop alternative="train_q_learning"
def train_q_learning(
    walls, start, goal, episodes, epsilon, learning_rate=0.5, discount=0.9, seed=0
):
    rng, q, returns = np.random.default_rng(seed), np.zeros((walls.size, 4)), []
    while len(returns) < episodes:
        state, terminated, rewards = start, False, []
        while not terminated and len(rewards) < 1000:
            action = epsilon_greedy(q[state], epsilon, rng)
            reached, reward, terminated = maze_step(walls, goal, state, action)
            q = q_learning_update(
                q, state, action, reward, reached, terminated, learning_rate, discount
            )
            state = reached
            rewards.append(reward)
        returns.append(float(discounted_returns(np.array(rewards), discount)[0]))
    return q, np.array(returns)


# %% Uphill mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="The sign is turned"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return ops.mean(ops.cast(returns, logits.dtype) * chosen)


# %% The sum mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="This is the sum over the steps"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.sum(ops.cast(returns, logits.dtype) * chosen)


# %% Forgets the returns mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="The returns are missing"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(chosen)


# %% The mean return for all mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="Every step got the same weight" subtle=true
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(ops.mean(ops.cast(returns, logits.dtype)) * chosen)


# %% Probabilities, no logarithm mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="The logarithm is missing" subtle=true
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(ops.cast(returns, logits.dtype) * chosen)


# %% The log of a softmax mistake="reinforce_loss" fails=["large logits"] says="Not finite" subtle=true
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log(ops.softmax(logits, axis=-1))  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(ops.cast(returns, logits.dtype) * chosen)


# %% Softmax over the steps mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="The softmax goes over the actions" subtle=true
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=0)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.sum(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(ops.cast(returns, logits.dtype) * chosen)


# %% Mean over the actions too mistake="reinforce_loss" fails=["by the formula", "large logits", "the slopes", "other sizes"] says="The mean goes over the steps only"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    log_probs = ops.log_softmax(logits, axis=-1)  # (steps, actions)
    taken = ops.one_hot(actions, logits.shape[-1], dtype=logits.dtype)
    chosen = ops.mean(taken * log_probs, axis=-1)  # (steps,)
    return -ops.mean(ops.cast(returns, logits.dtype) * chosen)


# %% In NumPy mistake="reinforce_loss" fails=["the slopes"] says="Your code raised ValueError"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_numpy(logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -np.mean(returns * log_probs[np.arange(len(actions)), actions])


# %% As a weighted cross-entropy alternative="reinforce_loss"
def reinforce_loss(logits, actions, returns):
    each = keras.losses.sparse_categorical_crossentropy(
        ops.convert_to_tensor(actions), ops.convert_to_tensor(logits), from_logits=True
    )
    return ops.mean(each * ops.cast(returns, each.dtype))


# %% With logsumexp alternative="reinforce_loss"
def reinforce_loss(logits, actions, returns):
    logits = ops.convert_to_tensor(logits)
    places = ops.expand_dims(ops.cast(actions, "int32"), -1)
    chosen = ops.take_along_axis(logits, places, axis=-1)[:, 0] - ops.logsumexp(logits, axis=-1)
    return ops.sum(-ops.cast(returns, logits.dtype) * chosen) / len(actions)


# %% Uphill mistake="train_reinforce" fails=["one update", "it finds the way", "the seed decides; another maze"] says="The step into the goal became less probable"
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        episodes = [play(walls, start, goal, logits, rng) for _ in range(num_episodes)]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate(earned).astype("float32")
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits + learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([first[0] for first in earned]))
    return logits, np.array(history)


# %% Weights each step by its own reward mistake="train_reinforce" fails=["it finds the way", "the seed decides; another maze"] says="At least 85% are needed" subtle=true
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        episodes = [play(walls, start, goal, logits, rng) for _ in range(num_episodes)]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate([rewards for _, _, rewards in episodes]).astype("float32")
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits - learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([first[0] for first in earned]))
    return logits, np.array(history)


# %% Always plays with the first policy mistake="train_reinforce" fails=["it finds the way", "the seed decides; another maze"] says="At least 85% are needed" subtle=true
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        episodes = [
            play(walls, start, goal, np.zeros((walls.size, 4)), rng) for _ in range(num_episodes)
        ]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate(earned).astype("float32")
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits - learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([first[0] for first in earned]))
    return logits, np.array(history)


# %% The same chance in every update mistake="train_reinforce" fails=["the returns that are reported", "it finds the way"] says="Both updates played the very same episodes" subtle=true slow=true
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        rng = np.random.default_rng(seed)
        episodes = [play(walls, start, goal, logits, rng) for _ in range(num_episodes)]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate(earned).astype("float32")
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits - learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([first[0] for first in earned]))
    return logits, np.array(history)


# %% Reports sums of rewards mistake="train_reinforce" fails=["the returns that are reported"] says="With learning rate 0 both updates report the mean return from the start of a blind walker"
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        episodes = [play(walls, start, goal, logits, rng) for _ in range(num_episodes)]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate(earned).astype("float32")
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits - learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([sum(rewards) for _, _, rewards in episodes]))
    return logits, np.array(history)


# %% An average taken by hand alternative="train_reinforce"
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = np.zeros(updates)
    for update in range(updates):
        slope, steps = np.zeros_like(logits), 0
        for _ in range(num_episodes):
            states, actions, rewards = play(walls, start, goal, logits, rng)
            returns = discounted_returns(rewards, discount)
            history[update] += returns[0] / num_episodes
            for state, action, weight in zip(states, actions, returns):
                probs = np.exp(logits[state] - logits[state].max())
                slope[state] += weight * (probs / probs.sum() - np.eye(4)[action])
            steps += len(states)
        logits = logits - learning_rate * slope / steps
    return logits, history


# %% With a baseline alternative="train_reinforce"
def train_reinforce(
    walls, start, goal, updates=80, num_episodes=20, learning_rate=200.0, discount=0.9, seed=0
):
    rng, logits = np.random.default_rng(seed), np.zeros((walls.size, 4), "float32")
    history = []
    for _ in range(updates):
        episodes = [play(walls, start, goal, logits, rng) for _ in range(num_episodes)]
        earned = [discounted_returns(rewards, discount) for _, _, rewards in episodes]
        states = np.concatenate([states for states, _, _ in episodes])  # (steps,)
        actions = np.concatenate([actions for _, actions, _ in episodes])
        returns = np.concatenate(earned).astype("float32")
        returns = returns - returns.mean()
        loss = lambda table: reinforce_loss(ops.take(table, states, axis=0), actions, returns)
        _, gradient = gradients.value_and_grad(loss)(logits)
        logits = logits - learning_rate * ops.convert_to_numpy(gradient)
        history.append(np.mean([first[0] for first in earned]))
    return logits, np.array(history)


# %% No bonus mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="This is the mean result"
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits


# %% Without the root mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="The square root is missing" subtle=true
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits + exploration * math.log(parent_visits) / visits


# %% Without the logarithm mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="The logarithm is missing"
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits + exploration * math.sqrt(parent_visits / visits)


# %% The logarithm of the child's visits mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="Under the logarithm stands the parent's number of visits" subtle=true
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits + exploration * math.sqrt(math.log(visits) / visits)


# %% Counts exchanged mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="The two counts are exchanged" subtle=true
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits + exploration * math.sqrt(math.log(visits) / parent_visits)


# %% The total, not the mean mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="Divide the total by the visits"
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total + exploration * math.sqrt(math.log(parent_visits) / visits)


# %% No visits, no score mistake="ucb_score" fails=["a child without visits"] says="A child that was never visited comes first" subtle=true
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return 0.0
    return total / visits + exploration * math.sqrt(math.log(parent_visits) / visits)


# %% Adds one to be safe mistake="ucb_score" fails=["one child", "a child without visits", "more losses than wins", "many numbers"] says="Nothing is added to the counts"
def ucb_score(total, visits, parent_visits, exploration):
    return total / max(visits, 1) + exploration * math.sqrt(
        math.log(parent_visits + 1) / (visits + 1)
    )


# %% Pessimistic mistake="ucb_score" fails=["one child", "more losses than wins", "many numbers"] says="The bonus is added"
def ucb_score(total, visits, parent_visits, exploration):
    if visits == 0:
        return math.inf
    return total / visits - exploration * math.sqrt(math.log(parent_visits) / visits)


# %% In NumPy alternative="ucb_score"
def ucb_score(total, visits, parent_visits, exploration):
    with np.errstate(all="ignore"):
        bonus = np.sqrt(np.log(np.float64(parent_visits)) / visits) if visits else np.inf
    return bonus if visits == 0 else np.divide(total, visits) + exploration * bonus


# %% Powers of one half alternative="ucb_score"
def ucb_score(total, visits, parent_visits, exploration):
    if not visits:
        return float("inf")
    return (total + exploration * (visits * math.log(parent_visits)) ** 0.5) / visits


# %% The side to move mistake="back_up" fails=["player 1 has won", "player -1 has won", "other paths"] says="The signs are turned" subtle=true
def back_up(path, result):
    for node in path:
        node.visits += 1
        node.total += result * node.player


# %% The same for both mistake="back_up" fails=["player 1 has won", "player -1 has won", "other paths"] says="Every node got the same result"
def back_up(path, result):
    for node in path:
        node.visits += 1
        node.total -= -result


# %% Leaves out the root mistake="back_up" fails=["player 1 has won", "player -1 has won", "a draw", "other paths"] says="Only some nodes of the path were counted" subtle=true
def back_up(path, result):
    for node in path[1:]:
        node.visits += 1
        node.total -= result * node.player


# %% The leaf only mistake="back_up" fails=["player 1 has won", "player -1 has won", "a draw", "other paths"] says="Only some nodes of the path were counted"
def back_up(path, result):
    for node in path[-1:]:
        node.visits += 1
        node.total -= result * node.player


# %% Losses count nothing mistake="back_up" fails=["player 1 has won", "player -1 has won", "other paths"] says="A loss counts −1" subtle=true
def back_up(path, result):
    for node in path:
        node.visits += 1
        node.total += result == -node.player


# %% Forgets the visits mistake="back_up" fails=["player 1 has won", "player -1 has won", "a draw", "other paths"] says="The `visits` did not grow"
def back_up(path, result):
    for node in path:
        node.total -= result * node.player


# %% Keeps the last result mistake="back_up" fails=["player 1 has won", "player -1 has won", "a draw", "other paths"] says="The new result replaced the old total" subtle=true
def back_up(path, result):
    for node in path:
        node.visits += 1
        node.total = -result * node.player


# %% Turned at every step alternative="back_up"
def back_up(path, result):
    gain = result * -path[-1].player
    for node in reversed(path):
        node.visits = node.visits + 1
        node.total = node.total + gain
        gain = -gain


# %% Case by case alternative="back_up"
def back_up(path, result):
    for node in path:
        node.visits += 1
        if result != 0:
            node.total += -1 if result == node.player else 1


# %% Never expands mistake="tree_search" fails=["looks further than random games"] says="It took a threat that loses by force" subtle=true
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = max(node.children.values(), key=score)
            path.append(node)
        back_up(path, random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% Both sides play for the same player mistake="tree_search" fails=["sees a win, sees a threat", "looks further than random games", "never loses, moving first", "never loses, moving second", "other seeds"] says="It misses a move that wins at once" subtle=true
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = max(node.children.values(), key=score)
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path, random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% Picks the worst mistake="tree_search" fails=["the visits add up", "sees a win, sees a threat", "looks further than random games", "never loses, moving first", "never loses, moving second", "other seeds"] says="A legal move was never tried"
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = min(node.children.values(), key=score)
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path, random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% Tries moves by chance mistake="tree_search" fails=["sees a win, sees a threat", "looks further than random games", "never loses, moving first", "never loses, moving second", "other seeds"] says="It misses a move that wins at once" subtle=true
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = list(node.children.values())[rng.integers(len(node.children))]
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path, random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% Forgets the exploration mistake="tree_search" fails=["sees a win, sees a threat", "looks further than random games", "never loses, moving second", "other seeds"] says="It took a threat that loses by force"
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, 0.0)
            node = max(node.children.values(), key=score)
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path, random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% A new generator for every game mistake="tree_search" fails=["other seeds"] says="The same seed gave other visits" subtle=true
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = max(node.children.values(), key=score)
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path, random_game(node.board, node.player, np.random.default_rng()))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% Backs up without the root mistake="tree_search" fails=["the visits add up", "sees a win, sees a threat", "looks further than random games", "never loses, moving first", "never loses, moving second", "other seeds"] says="Does every node of the path count its visits" subtle=true
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    def expand(node):
        for move in legal_moves(node.board):
            node.children[move] = Node(played(node.board, move, node.player), -node.player)

    rng, root = np.random.default_rng(seed), Node(board, player)
    expand(root)
    for _ in range(simulations):
        node, path = root, [root]
        while node.children:
            above = node.visits
            score = lambda child: ucb_score(child.total, child.visits, above, exploration)
            node = max(node.children.values(), key=score)
            path.append(node)
            if node.visits and not node.children:
                expand(node)
        back_up(path[1:], random_game(node.board, node.player, rng))
    return np.array([root.children[m].visits if m in root.children else 0 for m in range(9)])


# %% One child at a time alternative="tree_search"
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    rng, root = np.random.default_rng(seed), Node(board, player)
    for _ in range(simulations):
        path = [root]
        while True:
            node = path[-1]
            moves = legal_moves(node.board)
            untried = [move for move in moves if move not in node.children]
            if untried:
                move = untried[int(rng.integers(len(untried)))]
                node.children[move] = Node(played(node.board, move, node.player), -node.player)
                path.append(node.children[move])
                break
            if not moves:
                break
            scored = [
                (ucb_score(child.total, child.visits, node.visits, exploration), move)
                for move, child in node.children.items()
            ]
            path.append(node.children[max(scored)[1]])
        back_up(path, random_game(path[-1].board, path[-1].player, rng))
    visits = np.zeros(9)
    for move, child in root.children.items():
        visits[move] = child.visits
    return visits


# %% By recursion alternative="tree_search"
def tree_search(board, player, simulations, exploration=1.0, seed=0):
    rng = np.random.default_rng(seed)

    def simulate(path):
        node = path[-1]
        if not node.children and (node.visits or len(path) == 1):
            node.children = {
                move: Node(played(node.board, move, node.player), -node.player)
                for move in legal_moves(node.board)
            }
        if not node.children:
            return back_up(path, random_game(node.board, node.player, rng))
        children = list(node.children.values())
        scores = [ucb_score(c.total, c.visits, node.visits, exploration) for c in children]
        return simulate([*path, children[scores.index(max(scores))]])

    root = Node(board, player)
    for _ in range(simulations):
        simulate([root])
    return np.array([getattr(root.children.get(move), "visits", 0) for move in range(9)])


# %% relu after the last layer too mistake="q_values" fails=["one observation", "a batch", "other networks"] says="The last layer has no relu"
def q_values(weights, observations):
    x = np.asarray(observations)
    for kernel, bias in zip(weights[::2], weights[1::2]):
        x = np.maximum(x @ kernel + bias, 0)
    return x


# %% No relu at all mistake="q_values" fails=["one observation", "a batch", "other networks"] says="The relu between the layers is missing"
def q_values(weights, observations):
    x = np.asarray(observations)
    for kernel, bias in zip(weights[::2], weights[1::2]):
        x = x @ kernel + bias
    return x


# %% Two layers only mistake="q_values" fails=["a batch", "other networks"] says="Only the first two layers were calculated" subtle=true
def q_values(weights, observations):
    hidden = np.maximum(np.asarray(observations) @ weights[0] + weights[1], 0)
    return hidden @ weights[2] + weights[3]


# %% Forgets the biases mistake="q_values" fails=["one observation", "a batch", "other networks"] says="The biases are missing"
def q_values(weights, observations):
    x = np.asarray(observations)
    for kernel in weights[:-2:2]:
        x = np.maximum(x @ kernel, 0)
    return x @ weights[-2]


# %% Always a batch mistake="q_values" fails=["one observation", "other networks"] says="One observation" subtle=true
def q_values(weights, observations):
    x = np.atleast_2d(observations)
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        x = np.maximum(x @ kernel + bias, 0)
    return x @ weights[-2] + weights[-1]


# %% Adds the biases into the kernels mistake="q_values" fails=["leaves the weights alone"] says="Your function changed its argument `weights` itself" subtle=true
def q_values(weights, observations):
    x = np.asarray(observations)
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        kernel += 0.01
        x = np.maximum(x @ (kernel - 0.01) + bias, 0)
    return x @ weights[-2] + weights[-1]


# %% The best action mistake="q_values" fails=["one observation", "a batch", "other networks"] says="Return the values of all actions"
def q_values(weights, observations):
    x = np.asarray(observations)
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        x = np.maximum(x @ kernel + bias, 0)
    return np.argmax(x @ weights[-2] + weights[-1], axis=-1)


# %% By index alternative="q_values"
def q_values(weights, observations):
    x, layers = np.asarray(observations, float), len(weights) // 2
    for layer in range(layers):
        x = np.dot(x, weights[2 * layer]) + weights[2 * layer + 1]
        if layer < layers - 1:
            x = x * (x > 0)
    return x


# %% With keras.ops alternative="q_values"
def q_values(weights, observations):
    x = ops.convert_to_tensor(observations, "float32")
    single = len(x.shape) == 1
    x = ops.expand_dims(x, 0) if single else x
    for place in range(0, len(weights) - 2, 2):
        x = ops.relu(ops.matmul(x, weights[place]) + weights[place + 1])
    x = ops.matmul(x, weights[-2]) + weights[-1]
    return ops.convert_to_numpy(x[0] if single else x)


# %% The newest frame first mistake="FrameStack" fails=["seven steps", "the next episode", "other sizes"] says="The order is turned around"
class FrameStack:
    def __init__(self, num_frames=4):
        self.num_frames = num_frames

    def reset(self, frame):
        self.frames = [np.array(frame)] * self.num_frames
        return np.stack(self.frames, axis=-1)

    def step(self, frame):
        self.frames = [np.array(frame), *self.frames[:-1]]
        return np.stack(self.frames, axis=-1)


# %% Channels first mistake="FrameStack" fails=["an episode begins", "seven steps", "the next episode", "other sizes"] says="The frames are on the first axis"
class FrameStack:
    def __init__(self, num_frames=4):
        self.num_frames = num_frames

    def reset(self, frame):
        self.frames = [np.array(frame)] * self.num_frames
        return np.stack(self.frames)

    def step(self, frame):
        self.frames = [*self.frames[1:], np.array(frame)]
        return np.stack(self.frames)


# %% The last episode stays mistake="FrameStack" fails=["the next episode", "other sizes"] says="Frames of the last episode are still in the stack" subtle=true
class FrameStack:
    def __init__(self, num_frames=4):
        self.num_frames, self.frames = num_frames, None

    def reset(self, frame):
        if self.frames is None:
            self.frames = [np.array(frame)] * self.num_frames
        return self.step(frame)

    def step(self, frame):
        self.frames = [*self.frames[1:], np.array(frame)]
        return np.stack(self.frames, axis=-1)


# %% Zeros at the start mistake="FrameStack" fails=["an episode begins", "seven steps", "the next episode", "other sizes"] says="At the start of an episode the first frame is repeated" subtle=true
class FrameStack:
    def __init__(self, num_frames=4):
        self.num_frames = num_frames

    def reset(self, frame):
        self.frames = [np.zeros_like(frame)] * self.num_frames
        return self.step(frame)

    def step(self, frame):
        self.frames = [*self.frames[1:], np.array(frame)]
        return np.stack(self.frames, axis=-1)


# %% Floats mistake="FrameStack" fails=["the frame's dtype, and no array shared"] says="The frames are uint8"
class FrameStack:
    def __init__(self, num_frames=4):
        self.num_frames = num_frames

    def reset(self, frame):
        self.stack = np.repeat(np.array(frame, float)[..., None], self.num_frames, axis=-1)
        return self.stack

    def step(self, frame):
        self.stack = np.concatenate([self.stack[..., 1:], np.array(frame)[..., None]], axis=-1)
        return self.stack


# %% Keeps the world's own array mistake="FrameStack" fails=["the frame's dtype, and no array shared"] says="The world wrote its next picture into the array it gave before" subtle=true
class FrameStack:
    def __init__(self, num_frames=4):
        self.num_frames = num_frames

    def reset(self, frame):
        self.frames = [frame] * self.num_frames
        return np.stack(self.frames, axis=-1)

    def step(self, frame):
        self.frames = [*self.frames[1:], frame]
        return np.stack(self.frames, axis=-1)


# %% Grows until it has four mistake="FrameStack" fails=["an episode begins", "seven steps", "the next episode", "other sizes"] says="The last axis should hold num_frames frames"
class FrameStack:
    def __init__(self, num_frames=4):
        self.num_frames = num_frames

    def reset(self, frame):
        self.frames = []
        return self.step(frame)

    def step(self, frame):
        self.frames = [*self.frames, np.array(frame)][-self.num_frames :]
        return np.stack(self.frames, axis=-1)


# %% Four and no other number mistake="FrameStack" fails=["other sizes"] says="The last axis should hold num_frames frames" subtle=true
class FrameStack:
    def __init__(self, num_frames=4):
        pass

    def reset(self, frame):
        self.frames = [np.array(frame)] * 4
        return np.stack(self.frames, axis=-1)

    def step(self, frame):
        self.frames = [*self.frames[1:], np.array(frame)]
        return np.stack(self.frames, axis=-1)


# %% One array, rolled alternative="FrameStack"
class FrameStack:
    def __init__(self, num_frames=4):
        self.num_frames = num_frames

    def reset(self, frame):
        self.stack = np.repeat(np.expand_dims(frame, -1), self.num_frames, axis=-1)
        return self.stack.copy()

    def step(self, frame):
        self.stack = np.roll(self.stack, -1, axis=-1)
        self.stack[..., -1] = frame
        return self.stack.copy()


# %% A deque alternative="FrameStack"
class FrameStack:
    def __init__(self, num_frames=4):
        from collections import deque

        self.frames = deque(maxlen=num_frames)

    def reset(self, frame):
        for _ in range(self.frames.maxlen):
            self.frames.append(frame.copy())
        return np.stack(list(self.frames), axis=2)

    def step(self, frame):
        self.frames.append(frame.copy())
        return np.stack(list(self.frames), axis=2)


# %% Ignores terminated mistake="td_targets" fails=["some go on, some terminate", "as many actions as transitions", "inside a Keras model", "other sizes"] says="After a terminated step nothing comes"
def td_targets(rewards, next_q, terminated, discount):
    return rewards + discount * ops.max(next_q, axis=1)


# %% Terminated turned around mistake="td_targets" fails=["some go on, some terminate", "nobody terminates, all values below zero", "as many actions as transitions", "inside a Keras model", "other sizes"] says="`terminated` is turned around" subtle=true
def td_targets(rewards, next_q, terminated, discount):
    return rewards + discount * ops.cast(terminated, "float32") * ops.max(next_q, axis=1)


# %% No reward at the end mistake="td_targets" fails=["some go on, some terminate", "as many actions as transitions", "inside a Keras model", "other sizes"] says="The reward of the last step counts" subtle=true
def td_targets(rewards, next_q, terminated, discount):
    goes_on = 1 - ops.cast(terminated, "float32")
    return goes_on * (rewards + discount * ops.max(next_q, axis=1))


# %% The mean action mistake="td_targets" fails=["some go on, some terminate", "nobody terminates, all values below zero", "as many actions as transitions", "inside a Keras model", "other sizes"] says="That is the mean over the actions"
def td_targets(rewards, next_q, terminated, discount):
    goes_on = 1 - ops.cast(terminated, "float32")
    return rewards + discount * goes_on * ops.mean(next_q, axis=1)


# %% Over the batch mistake="td_targets" fails=["some go on, some terminate", "nobody terminates, all values below zero", "as many actions as transitions", "inside a Keras model", "other sizes"] says="The maximum goes over the actions"
def td_targets(rewards, next_q, terminated, discount):
    goes_on = 1 - ops.cast(terminated, "float32")
    return rewards + discount * goes_on * ops.max(next_q, axis=0)


# %% Not discounted mistake="td_targets" fails=["some go on, some terminate", "nobody terminates, all values below zero", "as many actions as transitions", "inside a Keras model", "other sizes"] says="The next value is not discounted"
def td_targets(rewards, next_q, terminated, discount):
    return rewards + (1 - ops.cast(terminated, "float32")) * ops.max(next_q, axis=1)


# %% A column meets a row mistake="td_targets" fails=["some go on, some terminate", "nobody terminates, all values below zero", "as many actions as transitions", "inside a Keras model", "other sizes"] says="One target per transition" subtle=true
def td_targets(rewards, next_q, terminated, discount):
    goes_on = 1 - ops.cast(terminated, "float32")
    return rewards + discount * goes_on * ops.max(next_q, axis=1, keepdims=True)


# %% Values below zero count as zero mistake="td_targets" fails=["some go on, some terminate", "nobody terminates, all values below zero", "as many actions as transitions", "inside a Keras model", "other sizes"] says="Values may be negative" subtle=true
def td_targets(rewards, next_q, terminated, discount):
    best = ops.where(terminated[:, None], 0.0, next_q)
    return rewards + discount * ops.relu(ops.max(best, axis=1))


# %% With where alternative="td_targets"
def td_targets(rewards, next_q, terminated, discount):
    return ops.where(terminated, rewards, rewards + discount * ops.max(next_q, axis=1))


# %% Multiplied by what goes on alternative="td_targets"
def td_targets(rewards, next_q, terminated, discount):
    goes_on = ops.subtract(1.0, ops.cast(terminated, "float32"))
    return ops.add(ops.multiply(ops.multiply(ops.max(next_q, axis=-1), discount), goes_on), rewards)


# %% One at a time, in NumPy mistake="td_targets" fails=["inside a Keras model"] says="keras.ops" subtle=true
def td_targets(rewards, next_q, terminated, discount):
    rows = zip(rewards, next_q, terminated)
    return np.array([r if over else r + discount * max(q) for r, q, over in rows])


# %% DQN mistake="double_targets" fails=["two networks of different minds", "the copy's favourite is another one", "as many actions as transitions", "inside a Keras model", "other sizes"] says="The target network chose and judged"
def double_targets(rewards, next_q, next_q_target, terminated, discount):
    return td_targets(rewards, next_q_target, terminated, discount)


# %% Without the target network mistake="double_targets" fails=["two networks of different minds", "the copy's favourite is another one", "as many actions as transitions", "inside a Keras model", "other sizes"] says="The network that learns chose and judged"
def double_targets(rewards, next_q, next_q_target, terminated, discount):
    return td_targets(rewards, next_q, terminated, discount)


# %% The roles swapped mistake="double_targets" fails=["two networks of different minds", "the copy's favourite is another one", "as many actions as transitions", "inside a Keras model", "other sizes"] says="The roles are swapped" subtle=true
def double_targets(rewards, next_q, next_q_target, terminated, discount):
    best = ops.expand_dims(ops.argmax(next_q_target, axis=1), 1)
    return td_targets(rewards, ops.take_along_axis(next_q, best, axis=1), terminated, discount)


# %% The smaller maximum mistake="double_targets" fails=["two networks of different minds", "the copy's favourite is another one", "as many actions as transitions", "inside a Keras model", "other sizes"] says="The smaller of two maxima is another method" subtle=true
def double_targets(rewards, next_q, next_q_target, terminated, discount):
    lower = ops.minimum(ops.max(next_q, axis=1), ops.max(next_q_target, axis=1))
    return td_targets(rewards, ops.expand_dims(lower, 1), terminated, discount)


# %% Forgets terminated mistake="double_targets" fails=["two networks of different minds", "the copy's favourite is another one", "as many actions as transitions", "inside a Keras model", "other sizes"] says="After a terminated step nothing comes"
def double_targets(rewards, next_q, next_q_target, terminated, discount):
    best = ops.expand_dims(ops.argmax(next_q, axis=1), 1)
    return rewards + discount * ops.take_along_axis(next_q_target, best, axis=1)[:, 0]


# %% A column is left mistake="double_targets" fails=["two networks of different minds", "the copy's favourite is another one", "as many actions as transitions", "inside a Keras model", "other sizes"] says="One target per transition" subtle=true
def double_targets(rewards, next_q, next_q_target, terminated, discount):
    best = ops.expand_dims(ops.argmax(next_q, axis=1), 1)
    goes_on = 1 - ops.cast(terminated, "float32")
    return rewards + discount * goes_on * ops.take_along_axis(next_q_target, best, axis=1)


# %% The number of the action mistake="double_targets" fails=["two networks of different minds", "the copy's favourite is another one", "as many actions as transitions", "inside a Keras model", "other sizes"] says="argmax gives the number of the action"
def double_targets(rewards, next_q, next_q_target, terminated, discount):
    best = ops.cast(ops.argmax(next_q, axis=1), "float32")
    return rewards + discount * (1 - ops.cast(terminated, "float32")) * best


# %% By one_hot alternative="double_targets"
def double_targets(rewards, next_q, next_q_target, terminated, discount):
    best = ops.one_hot(ops.argmax(next_q, axis=1), next_q.shape[1])
    judged = ops.sum(best * next_q_target, axis=1)
    return rewards + discount * judged * (1 - ops.cast(terminated, "float32"))


# %% With where alternative="double_targets"
def double_targets(rewards, next_q, next_q_target, terminated, discount):
    best = ops.expand_dims(ops.argmax(next_q, axis=1), 1)
    judged = ops.squeeze(ops.take_along_axis(next_q_target, best, axis=1), 1)
    return ops.where(terminated, rewards, ops.add(rewards, ops.multiply(judged, discount)))


# %% NumPy's indexing mistake="double_targets" fails=["inside a Keras model"] says="keras.ops" subtle=true
def double_targets(rewards, next_q, next_q_target, terminated, discount):
    judged = next_q_target[np.arange(len(rewards)), np.argmax(next_q, axis=1)]
    return np.where(terminated, rewards, rewards + discount * judged)


# %% The sign mistake="clipped_reward" fails=["a batch of rewards", "one number", "another limit", "any shape, and nothing written into it"] says="Small rewards should stay as they are" subtle=true
def clipped_reward(reward, limit=1.0):
    return np.sign(reward) * limit


# %% From above only mistake="clipped_reward" fails=["a batch of rewards", "one number", "another limit", "any shape, and nothing written into it"] says="Large negative rewards are to be clipped too"
def clipped_reward(reward, limit=1.0):
    return np.minimum(reward, limit)


# %% From zero mistake="clipped_reward" fails=["a batch of rewards", "one number", "another limit", "any shape, and nothing written into it"] says="Negative rewards became 0"
def clipped_reward(reward, limit=1.0):
    return np.clip(reward, 0, limit)


# %% Ignores the limit mistake="clipped_reward" fails=["another limit", "any shape, and nothing written into it"] says="The argument `limit` is not used" subtle=true
def clipped_reward(reward, limit=1.0):
    return np.clip(reward, -1, 1)


# %% tanh mistake="clipped_reward" fails=["a batch of rewards", "one number", "another limit", "any shape, and nothing written into it"] says="Between the limits nothing changes"
def clipped_reward(reward, limit=1.0):
    return limit * np.tanh(reward / limit)


# %% Writes into its argument mistake="clipped_reward" fails=["any shape, and nothing written into it"] says="Your function changed its argument `reward` itself" subtle=true
def clipped_reward(reward, limit=1.0):
    if np.ndim(reward) == 0:
        return np.clip(reward, -limit, limit)
    return np.clip(reward, -limit, limit, out=reward)


# %% Minimum and maximum alternative="clipped_reward"
def clipped_reward(reward, limit=1.0):
    return np.maximum(-limit, np.minimum(limit, reward))


# %% With keras.ops alternative="clipped_reward"
def clipped_reward(reward, limit=1.0):
    return ops.clip(ops.convert_to_tensor(reward, "float32"), -limit, limit)


# %% The square everywhere mistake="huber_loss" fails=["inside a Keras model", "small errors and large ones", "another delta", "any shape"] says="Large errors should lie on a straight line"
def huber_loss(errors, delta=1.0):
    return 0.5 * ops.square(errors)


# %% The line does not meet the parabola mistake="huber_loss" fails=["inside a Keras model", "small errors and large ones", "another delta", "any shape"] says="The line does not meet the parabola at delta" subtle=true
def huber_loss(errors, delta=1.0):
    size = ops.abs(errors)
    return ops.where(size <= delta, 0.5 * size**2, delta * size)


# %% Without its half mistake="huber_loss" fails=["inside a Keras model", "small errors and large ones", "another delta", "any shape"] says="the two pieces must meet"
def huber_loss(errors, delta=1.0):
    size = ops.abs(errors)
    return ops.where(size <= delta, size**2, delta * (size - 0.5 * delta))


# %% Forgets the size mistake="huber_loss" fails=["inside a Keras model", "small errors and large ones", "another delta", "any shape"] says="Large negative errors are treated as small ones" subtle=true
def huber_loss(errors, delta=1.0):
    return ops.where(errors <= delta, 0.5 * errors**2, delta * (errors - 0.5 * delta))


# %% Delta is always 1 mistake="huber_loss" fails=["another delta", "any shape"] says="The argument `delta` is not used" subtle=true
def huber_loss(errors, delta=1.0):
    size = ops.abs(errors)
    return ops.where(size <= 1, 0.5 * size**2, size - 0.5)


# %% The mean mistake="huber_loss" fails=["inside a Keras model", "small errors and large ones", "another delta", "any shape"] says="One loss per error"
def huber_loss(errors, delta=1.0):
    size = ops.abs(errors)
    return ops.mean(ops.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta)))


# %% Flat beyond delta mistake="huber_loss" fails=["inside a Keras model", "small errors and large ones", "another delta", "any shape"] says="Beyond delta the loss is flat" subtle=true
def huber_loss(errors, delta=1.0):
    return 0.5 * ops.clip(errors, -delta, delta) ** 2


# %% Smooth L1 mistake="huber_loss" fails=["another delta", "any shape"] says="The whole loss was divided by δ" subtle=true
def huber_loss(errors, delta=1.0):
    size = ops.abs(errors)
    return ops.where(size <= delta, 0.5 * size**2 / delta, size - 0.5 * delta)


# %% In one formula alternative="huber_loss"
def huber_loss(errors, delta=1.0):
    size = ops.abs(errors)
    inside = ops.minimum(size, delta)
    return inside * (size - 0.5 * inside)


# %% The parabola up to delta, the line beyond it alternative="huber_loss"
def huber_loss(errors, delta=1.0):
    size = ops.abs(errors)
    inside = ops.minimum(size, delta)
    return 0.5 * ops.square(inside) + delta * (size - inside)


# %% In NumPy mistake="huber_loss" fails=["inside a Keras model"] says="keras.ops" subtle=true
def huber_loss(errors, delta=1.0):
    size = np.abs(np.asarray(errors, float))
    return np.where(size < delta, size * size / 2, delta * size - delta * delta / 2)


# %% Every action mistake="dqn_loss" fails=["the loss, double DQN", "the loss, DQN", "one step of learning", "no gradient into the targets", "other sizes", "images, and any number of actions"] says="Every action was compared with the target"
def dqn_loss(model, target_model, batch, discount, double=True):
    observations, actions, rewards, next_observations, terminated = batch
    judged = target_model(next_observations)
    chosen = model(next_observations) if double else judged
    targets = ops.stop_gradient(double_targets(rewards, chosen, judged, terminated, discount))
    return ops.mean(huber_loss(ops.expand_dims(targets, 1) - model(observations)))


# %% The best action instead of the one taken mistake="dqn_loss" fails=["the loss, double DQN", "the loss, DQN", "one step of learning", "no gradient into the targets", "other sizes", "images, and any number of actions"] says="Compare the action that was taken (`actions`)" subtle=true
def dqn_loss(model, target_model, batch, discount, double=True):
    observations, actions, rewards, next_observations, terminated = batch
    judged = target_model(next_observations)
    chosen = model(next_observations) if double else judged
    targets = ops.stop_gradient(double_targets(rewards, chosen, judged, terminated, discount))
    return ops.mean(huber_loss(targets - ops.max(model(observations), axis=1)))


# %% The gradient flows into the targets mistake="dqn_loss" fails=["no gradient into the targets", "other sizes"] says="The gradient flows into the targets" subtle=true
def dqn_loss(model, target_model, batch, discount, double=True):
    observations, actions, rewards, next_observations, terminated = batch
    q = model(observations)
    taken = ops.sum(q * ops.one_hot(actions, q.shape[1]), axis=1)
    judged = target_model(next_observations)
    chosen = model(next_observations) if double else judged
    targets = double_targets(rewards, chosen, judged, terminated, discount)
    return ops.mean(huber_loss(targets - taken))


# %% Stops the network's own answer mistake="dqn_loss" fails=["one step of learning", "no gradient into the targets", "other sizes"] says="the gradient does not reach the network" subtle=true
def dqn_loss(model, target_model, batch, discount, double=True):
    observations, actions, rewards, next_observations, terminated = batch
    q = model(observations)
    taken = ops.sum(q * ops.one_hot(actions, q.shape[1]), axis=1)
    judged = target_model(next_observations)
    chosen = model(next_observations) if double else judged
    targets = double_targets(rewards, chosen, judged, terminated, discount)
    return ops.mean(huber_loss(ops.stop_gradient(targets - taken) + 0 * taken))


# %% The squared error mistake="dqn_loss" fails=["the loss, double DQN", "the loss, DQN", "one step of learning", "no gradient into the targets", "other sizes", "images, and any number of actions"] says="That is the squared error"
def dqn_loss(model, target_model, batch, discount, double=True):
    observations, actions, rewards, next_observations, terminated = batch
    q = model(observations)
    taken = ops.sum(q * ops.one_hot(actions, q.shape[1]), axis=1)
    judged = target_model(next_observations)
    chosen = model(next_observations) if double else judged
    targets = double_targets(rewards, chosen, judged, terminated, discount)
    return ops.mean(0.5 * ops.square(ops.stop_gradient(targets) - taken))


# %% No target network mistake="dqn_loss" fails=["the loss, double DQN", "the loss, DQN", "one step of learning", "other sizes", "images, and any number of actions"] says="The target network has no part in the targets" subtle=true
def dqn_loss(model, target_model, batch, discount, double=True):
    observations, actions, rewards, next_observations, terminated = batch
    q = model(observations)
    taken = ops.sum(q * ops.one_hot(actions, q.shape[1]), axis=1)
    targets = td_targets(rewards, model(next_observations), terminated, discount)
    return ops.mean(huber_loss(ops.stop_gradient(targets) - taken))


# %% Never double mistake="dqn_loss" fails=["the loss, double DQN", "one step of learning", "other sizes", "images, and any number of actions"] says="The argument `double` is not used"
def dqn_loss(model, target_model, batch, discount, double=True):
    observations, actions, rewards, next_observations, terminated = batch
    q = model(observations)
    taken = ops.sum(q * ops.one_hot(actions, q.shape[1]), axis=1)
    targets = td_targets(rewards, target_model(next_observations), terminated, discount)
    return ops.mean(huber_loss(ops.stop_gradient(targets) - taken))


# %% A sum over the batch mistake="dqn_loss" fails=["the loss, double DQN", "the loss, DQN", "one step of learning", "no gradient into the targets", "other sizes", "images, and any number of actions"] says="That is the sum over the batch"
def dqn_loss(model, target_model, batch, discount, double=True):
    observations, actions, rewards, next_observations, terminated = batch
    q = model(observations)
    taken = ops.sum(q * ops.one_hot(actions, q.shape[1]), axis=1)
    judged = target_model(next_observations)
    chosen = model(next_observations) if double else judged
    targets = double_targets(rewards, chosen, judged, terminated, discount)
    return ops.sum(huber_loss(ops.stop_gradient(targets) - taken))


# %% take_along_axis, and Keras's own Huber alternative="dqn_loss"
def dqn_loss(model, target_model, batch, discount, double=True):
    observations, actions, rewards, next_observations, terminated = batch
    places = ops.expand_dims(ops.cast(actions, "int32"), 1)
    taken = ops.take_along_axis(model(observations), places, axis=1)[:, 0]
    judged = target_model(next_observations)
    chosen = model(next_observations) if double else judged
    targets = double_targets(rewards, chosen, judged, terminated, discount)
    return ops.mean(keras.losses.huber(ops.stop_gradient(targets)[:, None], taken[:, None]))


# %% Everything about the next state is stopped alternative="dqn_loss"
def dqn_loss(model, target_model, batch, discount, double=True):
    observations, actions, rewards, after, terminated = batch
    judged = ops.stop_gradient(target_model(after, training=False))
    chosen = ops.stop_gradient(model(after, training=False)) if double else judged
    y = double_targets(rewards, chosen, judged, terminated, discount)
    q = model(observations, training=True)
    mask = ops.one_hot(actions, q.shape[-1])
    return ops.mean(ops.sum(huber_loss(mask * (ops.expand_dims(y, 1) - q)), axis=1))


# %% New ones are lost when it is full mistake="ReplayBuffer" fails=["the oldest goes first", "all with the same probability, and the generator decides", "two buffers, one row, many rounds"] says="When it is full new transitions are lost"
class ReplayBuffer:
    def __init__(self, capacity):
        self.capacity, self.rows = capacity, []

    def add(self, observation, action, reward, next_observation, terminated):
        if len(self.rows) < self.capacity:
            row = np.array(observation), action, reward, np.array(next_observation), terminated
            self.rows.append(row)

    @property
    def size(self):
        return len(self.rows)

    def sample(self, num, rng):
        rows = [self.rows[k] for k in rng.integers(self.size, size=num)]
        dtypes = (rows[0][0].dtype, int, "float32", rows[0][0].dtype, bool)
        return tuple(np.array(column, dtype) for column, dtype in zip(zip(*rows), dtypes))


# %% Never forgets mistake="ReplayBuffer" fails=["the oldest goes first", "all with the same probability, and the generator decides", "two buffers, one row, many rounds"] says="`size` is the number of transitions that it holds"
class ReplayBuffer:
    def __init__(self, capacity):
        self.rows = []

    def add(self, observation, action, reward, next_observation, terminated):
        row = np.array(observation), action, reward, np.array(next_observation), terminated
        self.rows.append(row)

    @property
    def size(self):
        return len(self.rows)

    def sample(self, num, rng):
        rows = [self.rows[k] for k in rng.integers(self.size, size=num)]
        dtypes = (rows[0][0].dtype, int, "float32", rows[0][0].dtype, bool)
        return tuple(np.array(column, dtype) for column, dtype in zip(zip(*rows), dtypes))


# %% Draws from empty rows mistake="ReplayBuffer" fails=["what went in comes out together", "all with the same probability, and the generator decides", "dtypes, and images as observations"] says="Rows that were never written were drawn" subtle=true
class ReplayBuffer:
    def __init__(self, capacity):
        self.capacity, self.size, self.num_added, self.columns = capacity, 0, 0, None

    def add(self, observation, action, reward, next_observation, terminated):
        observation, rows = np.asarray(observation), self.capacity
        if self.columns is None:
            frames = [np.zeros((rows, *observation.shape), observation.dtype) for _ in range(2)]
            plain = [np.zeros(rows, dtype) for dtype in ("int32", "float32", "bool")]
            self.columns = (frames[0], plain[0], plain[1], frames[1], plain[2])
        transition = (observation, action, reward, next_observation, terminated)
        for column, value in zip(self.columns, transition):
            column[self.num_added % rows] = value
        self.num_added += 1
        self.size = min(self.num_added, rows)

    def sample(self, num, rng):
        rows = rng.integers(self.capacity, size=num)
        return tuple(column[rows] for column in self.columns)


# %% Rows drawn for each field mistake="ReplayBuffer" fails=["what went in comes out together", "the oldest goes first", "all with the same probability, and the generator decides", "dtypes, and images as observations", "two buffers, one row, many rounds"] says="`observations` and `actions` of a row come from different transitions"
class ReplayBuffer:
    def __init__(self, capacity):
        self.capacity, self.rows = capacity, []

    def add(self, observation, action, reward, next_observation, terminated):
        row = np.array(observation), action, reward, np.array(next_observation), terminated
        self.rows = [*self.rows, row][-self.capacity :]

    @property
    def size(self):
        return len(self.rows)

    def sample(self, num, rng):
        columns, dtype = list(zip(*self.rows)), self.rows[0][0].dtype
        dtypes = (dtype, int, "float32", dtype, bool)
        return tuple(
            np.array(column, kind)[rng.integers(self.size, size=num)]
            for column, kind in zip(columns, dtypes)
        )


# %% Keeps the world's own arrays mistake="ReplayBuffer" fails=["copies: the world writes into its arrays"] says="The buffer changed with it" subtle=true
class ReplayBuffer:
    def __init__(self, capacity):
        self.capacity, self.rows = capacity, []

    def add(self, *transition):
        self.rows = [*self.rows, transition][-self.capacity :]

    @property
    def size(self):
        return len(self.rows)

    def sample(self, num, rng):
        rows = [self.rows[k] for k in rng.integers(self.size, size=num)]
        dtypes = (rows[0][0].dtype, int, "float32", rows[0][0].dtype, bool)
        return tuple(np.array(column, dtype) for column, dtype in zip(zip(*rows), dtypes))


# %% Never the newest mistake="ReplayBuffer" fails=["the oldest goes first", "all with the same probability, and the generator decides", "two buffers, one row, many rounds"] says="The newest transition is never drawn" subtle=true
class ReplayBuffer:
    def __init__(self, capacity):
        self.capacity, self.rows = capacity, []

    def add(self, observation, action, reward, next_observation, terminated):
        row = np.array(observation), action, reward, np.array(next_observation), terminated
        self.rows = [*self.rows, row][-self.capacity :]

    @property
    def size(self):
        return len(self.rows)

    def sample(self, num, rng):
        rows = [self.rows[k] for k in rng.integers(max(self.size - 1, 1), size=num)]
        dtypes = (rows[0][0].dtype, int, "float32", rows[0][0].dtype, bool)
        return tuple(np.array(column, dtype) for column, dtype in zip(zip(*rows), dtypes))


# %% A generator of its own mistake="ReplayBuffer" fails=["all with the same probability, and the generator decides"] says="The same generator gave different samples" subtle=true
class ReplayBuffer:
    def __init__(self, capacity):
        self.capacity, self.rows = capacity, []

    def add(self, observation, action, reward, next_observation, terminated):
        row = np.array(observation), action, reward, np.array(next_observation), terminated
        self.rows = [*self.rows, row][-self.capacity :]

    @property
    def size(self):
        return len(self.rows)

    def sample(self, num, rng):
        rows = [self.rows[k] for k in np.random.randint(self.size, size=num)]
        dtypes = (rows[0][0].dtype, int, "float32", rows[0][0].dtype, bool)
        return tuple(np.array(column, dtype) for column, dtype in zip(zip(*rows), dtypes))


# %% Lets NumPy guess the dtypes mistake="ReplayBuffer" fails=["dtypes, and images as observations"] says="Rewards lost what stands behind the point" subtle=true
class ReplayBuffer:
    def __init__(self, capacity):
        self.capacity, self.size, self.num_added, self.columns = capacity, 0, 0, None

    def add(self, *transition):
        values = [np.asarray(value) for value in transition]
        if self.columns is None:
            self.columns = [np.zeros((self.capacity, *v.shape), v.dtype) for v in values]
        for column, value in zip(self.columns, values):
            column[self.num_added % self.capacity] = value
        self.num_added += 1
        self.size = min(self.num_added, self.capacity)

    def sample(self, num, rng):
        rows = rng.integers(self.size, size=num)
        return tuple(column[rows] for column in self.columns)


# %% Without putting back mistake="ReplayBuffer" fails=["what went in comes out together", "the oldest goes first", "all with the same probability, and the generator decides", "copies: the world writes into its arrays", "dtypes, and images as observations", "two buffers, one row, many rounds"] says="when replace is False" subtle=true
class ReplayBuffer:
    def __init__(self, capacity):
        self.capacity, self.rows = capacity, []

    def add(self, observation, action, reward, next_observation, terminated):
        row = np.array(observation), action, reward, np.array(next_observation), terminated
        self.rows = [*self.rows, row][-self.capacity :]

    @property
    def size(self):
        return len(self.rows)

    def sample(self, num, rng):
        rows = [self.rows[k] for k in rng.choice(self.size, size=num, replace=False)]
        dtypes = (rows[0][0].dtype, int, "float32", rows[0][0].dtype, bool)
        return tuple(np.array(column, dtype) for column, dtype in zip(zip(*rows), dtypes))


# %% A deque of tuples alternative="ReplayBuffer"
class ReplayBuffer:
    def __init__(self, capacity):
        from collections import deque

        self.rows = deque(maxlen=capacity)

    def add(self, observation, action, reward, next_observation, terminated):
        row = np.array(observation), action, reward, np.array(next_observation), terminated
        self.rows.append(row)

    @property
    def size(self):
        return len(self.rows)

    def sample(self, num, rng):
        rows = [self.rows[k] for k in rng.integers(0, self.size, num)]
        o, a, r, n, t = zip(*rows)
        return np.array(o), np.array(a), np.array(r, "float32"), np.array(n), np.array(t, bool)


# %% A list with a place to write, and rng.choice alternative="ReplayBuffer"
class ReplayBuffer:
    def __init__(self, capacity):
        self.capacity, self.rows, self.place = capacity, [], 0

    def add(self, observation, action, reward, next_observation, terminated):
        row = [np.copy(observation), action, float(reward), np.copy(next_observation), terminated]
        if len(self.rows) < self.capacity:
            self.rows.append(row)
        else:
            self.rows[self.place] = row
        self.place = (self.place + 1) % self.capacity
        self.size = len(self.rows)

    def sample(self, num, rng):
        drawn = [self.rows[k] for k in rng.choice(len(self.rows), num)]
        columns = [np.stack([row[field] for row in drawn]) for field in range(5)]
        columns[2] = columns[2].astype("float32")
        return columns


# %% The wrong way mistake="update_target" fails=["a hard copy", "a soft one", "a copy, not the same network", "many soft steps"] says="The model got the target's weights"
def update_target(model, target_model, tau=1.0):
    pairs = zip(model.get_weights(), target_model.get_weights())
    model.set_weights([tau * old + (1 - tau) * new for new, old in pairs])


# %% Always a hard copy mistake="update_target" fails=["a soft one", "many soft steps"] says="The target took all of the model's weights"
def update_target(model, target_model, tau=1.0):
    target_model.set_weights(model.get_weights())


# %% Tau turned around mistake="update_target" fails=["a hard copy", "a soft one", "a copy, not the same network", "many soft steps"] says="tau is turned around" subtle=true
def update_target(model, target_model, tau=1.0):
    pairs = zip(model.get_weights(), target_model.get_weights())
    target_model.set_weights([(1 - tau) * new + tau * old for new, old in pairs])


# %% Kernels only mistake="update_target" fails=["a hard copy", "a soft one", "a copy, not the same network", "many soft steps"] says="Some layers were renewed" subtle=true
def update_target(model, target_model, tau=1.0):
    weights = target_model.get_weights()
    for place, new in enumerate(model.get_weights()):
        if new.ndim == 2:
            weights[place] = tau * new + (1 - tau) * weights[place]
    target_model.set_weights(weights)


# %% Adds on top mistake="update_target" fails=["a hard copy", "a soft one", "a copy, not the same network", "many soft steps"] says="The target keeps 1 − tau of its own weights" subtle=true
def update_target(model, target_model, tau=1.0):
    pairs = zip(model.get_weights(), target_model.get_weights())
    target_model.set_weights([tau * new + old for new, old in pairs])


# %% Changes a list only mistake="update_target" fails=["a hard copy", "a soft one", "a copy, not the same network", "many soft steps"] says="The target network\'s weights did not change"
def update_target(model, target_model, tau=1.0):
    weights = target_model.get_weights()
    for place, new in enumerate(model.get_weights()):
        weights[place] = tau * new + (1 - tau) * weights[place]


# %% Variable by variable alternative="update_target"
def update_target(model, target_model, tau=1.0):
    for new, old in zip(model.weights, target_model.weights):
        old.assign(tau * new + (1 - tau) * old)


# %% A step towards it alternative="update_target"
def update_target(model, target_model, tau=1.0):
    weights = []
    for new, old in zip(model.get_weights(), target_model.get_weights()):
        weights.append(old + tau * (new - old))
    target_model.set_weights(weights)


# %% Over all steps mistake="epsilon_at" fails=["while it falls", "afterwards", "as the settings have it"] says="The argument `fraction` is not used"
def epsilon_at(step, num_steps, final=0.04, fraction=0.16):
    return 1 + step / num_steps * (final - 1)


# %% Falls on and on mistake="epsilon_at" fails=["afterwards", "as the settings have it"] says="ε fell below its final value"
def epsilon_at(step, num_steps, final=0.04, fraction=0.16):
    return 1 + step / (fraction * num_steps) * (final - 1)


# %% Down to zero mistake="epsilon_at" fails=["while it falls", "afterwards", "as the settings have it"] says="The line should go from 1 to `final`"
def epsilon_at(step, num_steps, final=0.04, fraction=0.16):
    return 1 - min(step / (fraction * num_steps), 1)


# %% Cut off at the final value mistake="epsilon_at" fails=["while it falls", "as the settings have it"] says="The line should go from 1 to `final`" subtle=true
def epsilon_at(step, num_steps, final=0.04, fraction=0.16):
    return max(final, 1 - step / (fraction * num_steps))


# %% An exponential mistake="epsilon_at" fails=["while it falls", "as the settings have it"] says="A straight line was asked for" subtle=true
def epsilon_at(step, num_steps, final=0.04, fraction=0.16):
    return max(final, max(final, 1e-9) ** (step / (fraction * num_steps)))


# %% Rises mistake="epsilon_at" fails=["while it falls", "afterwards", "as the settings have it"] says="It rises"
def epsilon_at(step, num_steps, final=0.04, fraction=0.16):
    return final + min(step / (fraction * num_steps), 1) * (1 - final)


# %% Whole steps of the division mistake="epsilon_at" fails=["while it falls", "as the settings have it"] says="ε is still 1 while it should be falling" subtle=true
def epsilon_at(step, num_steps, final=0.04, fraction=0.16):
    return 1 + min(step // (fraction * num_steps), 1) * (final - 1)


# %% By interpolation alternative="epsilon_at"
def epsilon_at(step, num_steps, final=0.04, fraction=0.16):
    return np.interp(step, [0, fraction * num_steps], [1, final])


# %% With an if alternative="epsilon_at"
def epsilon_at(step, num_steps, final=0.04, fraction=0.16):
    last = fraction * num_steps
    if step >= last:
        return final
    return (1 - step / last) * 1.0 + step / last * final


# %% The mean mistake="greedy_returns" fails=["episodes that terminate", "an episode that is truncated", "many episodes of both kinds"] says="Return every episode's return"
def greedy_returns(env, weights, num_episodes, seed):
    returns = np.zeros(num_episodes)
    for k in range(num_episodes):
        observation, over = env.reset(seed=seed + k)[0], False
        while not over:
            action = int(np.argmax(q_values(weights, observation)))
            observation, reward, terminated, truncated, _ = env.step(action)
            returns[k] += reward
            over = terminated or truncated
    return returns.mean()


# %% Every episode from the same seed mistake="greedy_returns" fails=["episodes that terminate", "many episodes of both kinds"] says="Every episode began with the same seed" subtle=true
def greedy_returns(env, weights, num_episodes, seed):
    returns = np.zeros(num_episodes)
    for k in range(num_episodes):
        observation, over = env.reset(seed=seed)[0], False
        while not over:
            action = int(np.argmax(q_values(weights, observation)))
            observation, reward, terminated, truncated, _ = env.step(action)
            returns[k] += reward
            over = terminated or truncated
    return returns


# %% Never looks at truncated mistake="greedy_returns" fails=["an episode that is truncated", "many episodes of both kinds"] says="An episode went on after it had terminated or was truncated" subtle=true
def greedy_returns(env, weights, num_episodes, seed):
    returns = np.zeros(num_episodes)
    for k in range(num_episodes):
        observation, terminated = env.reset(seed=seed + k)[0], False
        while not terminated:
            action = int(np.argmax(q_values(weights, observation)))
            observation, reward, terminated, _, _ = env.step(action)
            returns[k] += reward
    return returns


# %% Discounted mistake="greedy_returns" fails=["episodes that terminate", "an episode that is truncated", "many episodes of both kinds"] says="A return is judged without discount here"
def greedy_returns(env, weights, num_episodes, seed):
    returns = np.zeros(num_episodes)
    for k in range(num_episodes):
        observation, over, factor = env.reset(seed=seed + k)[0], False, 1.0
        while not over:
            action = int(np.argmax(q_values(weights, observation)))
            observation, reward, terminated, truncated, _ = env.step(action)
            returns[k] += factor * reward
            over, factor = terminated or truncated, 0.99 * factor
    return returns


# %% The last reward is lost mistake="greedy_returns" fails=["episodes that terminate", "an episode that is truncated", "many episodes of both kinds"] says="The reward of the last step is missing" subtle=true
def greedy_returns(env, weights, num_episodes, seed):
    returns = np.zeros(num_episodes)
    for k in range(num_episodes):
        observation, over = env.reset(seed=seed + k)[0], False
        while not over:
            action = int(np.argmax(q_values(weights, observation)))
            observation, reward, terminated, truncated, _ = env.step(action)
            over = terminated or truncated
            if not over:
                returns[k] += reward
    return returns


# %% Counts steps mistake="greedy_returns" fails=["episodes that terminate", "an episode that is truncated", "many episodes of both kinds"] says="These are the numbers of steps" subtle=true
def greedy_returns(env, weights, num_episodes, seed):
    returns = np.zeros(num_episodes)
    for k in range(num_episodes):
        observation, over = env.reset(seed=seed + k)[0], False
        while not over:
            action = int(np.argmax(q_values(weights, observation)))
            observation, reward, terminated, truncated, _ = env.step(action)
            returns[k] += 1
            over = terminated or truncated
    return returns


# %% Never looks at the new observation mistake="greedy_returns" fails=["episodes that terminate", "an episode that is truncated", "many episodes of both kinds"] says="Always the action of the first observation"
def greedy_returns(env, weights, num_episodes, seed):
    returns = np.zeros(num_episodes)
    for k in range(num_episodes):
        observation, over = np.array(env.reset(seed=seed + k)[0]), False
        while not over:
            action = int(np.argmax(q_values(weights, observation)))
            _, reward, terminated, truncated, _ = env.step(action)
            returns[k] += reward
            over = terminated or truncated
    return returns


# %% A list of rewards alternative="greedy_returns"
def greedy_returns(env, weights, num_episodes, seed):
    found = []
    for k in range(num_episodes):
        observation, _ = env.reset(seed=seed + k)
        rewards = []
        while True:
            values = q_values(weights, observation[None])[0]
            observation, reward, terminated, truncated, _ = env.step(int(values.argmax()))
            rewards.append(reward)
            if terminated or truncated:
                break
        found.append(sum(rewards))
    return np.array(found, "float32")


# %% One function per episode alternative="greedy_returns"
def greedy_returns(env, weights, num_episodes, seed):
    def play(seed):
        observation, _ = env.reset(seed=seed)
        total, over = 0.0, False
        while not over:
            best = np.argmax(q_values(weights, observation))
            observation, reward, *flags, _ = env.step(best)
            total, over = total + reward, any(flags)
        return total

    return np.array([play(seed + k) for k in range(num_episodes)])


# %% Trains the wrong network mistake="train_dqn" fails=["the worlds of value and discount", "the worlds of action and bootstrapping", "the world of termination", "4,000 steps of CartPole", "when there are blocks, when a copy is renewed, who stops"] says="Q of the one-step world is off" subtle=true
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(target_model, model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(target_model, model) if blocks < 0 else None
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% The discount does not arrive mistake="train_dqn" fails=["the worlds of value and discount", "the worlds of action and bootstrapping", "the world of termination", "4,000 steps of CartPole", "when there are blocks, when a copy is renewed, who stops"] says="The reward comes one step late and is not discounted" subtle=true
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, double=s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% Stores the best action instead of the one taken mistake="train_dqn" fails=["the worlds of action and bootstrapping", "the world of termination", "4,000 steps of CartPole", "when there are blocks, when a copy is renewed, who stops"] says="store the action that was really taken" subtle=true
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        q = q_values(weights, observation)
        action = epsilon_greedy(q, epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, int(np.argmax(q)), reward, next_observation, terminated)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% The world's own array as observation mistake="train_dqn" fails=["the worlds of value and discount", "the worlds of action and bootstrapping", "4,000 steps of CartPole", "when there are blocks, when a copy is renewed, who stops"] says="keep a copy for yourself" subtle=true
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = env.reset(seed=seed)[0]
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated or truncated
        observation = env.reset()[0] if over else next_observation
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% Truncation is stored as termination mistake="train_dqn" fails=["the world of termination", "4,000 steps of CartPole", "when there are blocks, when a copy is renewed, who stops"] says="truncation was treated as termination"
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        over = terminated or truncated
        buffer.add(observation, action, reward, next_observation, over)
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% The target network is never renewed mistake="train_dqn" fails=["the worlds of value and discount", "the worlds of action and bootstrapping", "the world of termination", "4,000 steps of CartPole", "when there are blocks, when a copy is renewed, who stops"] says="is the target network renewed"
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% Nothing ever terminates mistake="train_dqn" fails=["the worlds of value and discount", "the worlds of action and bootstrapping", "4,000 steps of CartPole", "when there are blocks, when a copy is renewed, who stops"] says="does `terminated` reach the buffer"
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, False)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% A new episode only after terminated mistake="train_dqn" fails=["acts, begins anew, and the seed decides", "the worlds of value and discount", "the worlds of action and bootstrapping", "the world of termination", "4,000 steps of CartPole", "when there are blocks, when a copy is renewed, who stops"] says="The world was asked to go on after its episode was over" subtle=true
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% Never explores mistake="train_dqn" fails=["acts, begins anew, and the seed decides", "the worlds of value and discount", "the worlds of action and bootstrapping", "the world of termination", "4,000 steps of CartPole", "when there are blocks, when a copy is renewed, who stops"] says="With final_epsilon 1 every action is random"
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = 0.0
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% The seed is not used mistake="train_dqn" fails=["acts, begins anew, and the seed decides", "when there are blocks, when a copy is renewed, who stops"] says="The same seed gave another course of events"
def train_dqn(env, settings, seed, watch=None):
    rng, s = np.random.default_rng(), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% Returns the weights mistake="train_dqn" fails=["acts, begins anew, and the seed decides", "the worlds of value and discount", "the worlds of action and bootstrapping", "the world of termination", "4,000 steps of CartPole", "when there are blocks, when a copy is renewed, who stops"] says="Return the Keras model itself"
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model.get_weights()


# %% Renews before every block mistake="train_dqn" fails=["when there are blocks, when a copy is renewed, who stops"] says="yours is renewed more often" subtle=true
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if over else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% Resets after every step mistake="train_dqn" fails=["acts, begins anew, and the seed decides", "the worlds of value and discount", "the worlds of action and bootstrapping", "the world of termination", "4,000 steps of CartPole", "when there are blocks, when a copy is renewed, who stops"] says="Reset once at the start"
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(1, s.num_steps + 1):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if step else next_observation)
        if step >= s.learning_starts and step % s.every == 0:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% Counted from zero, with model(...) alternative="train_dqn"
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng, s = np.random.default_rng(seed), settings
    sizes = env.observation_space.shape[0], int(env.action_space.n), s.units
    model, target_model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, s.discount, s.double)
    adam = keras.optimizers.Adam(s.learning_rate)
    learner.compile(adam, steps_per_execution=s.updates)
    buffer, weights, blocks = ReplayBuffer(s.capacity), model.get_weights(), 0
    observation = np.array(env.reset(seed=seed)[0])
    for step in range(s.num_steps):
        epsilon = epsilon_at(step, s.num_steps, s.final_epsilon, s.exploration)
        action = epsilon_greedy(q_values(weights, observation), epsilon, rng)
        next_observation, reward, terminated, truncated, _ = env.step(action)
        buffer.add(observation, action, reward, next_observation, terminated)
        over = terminated or truncated
        observation = np.array(env.reset()[0] if over else next_observation)
        step += 1
        if step % s.every == 0 and not step < s.learning_starts:
            if blocks % s.copy_every == 0:
                update_target(model, target_model)
            learner.update(buffer.sample(s.updates * s.batch_size, rng), s.batch_size)
            weights, blocks = model.get_weights(), blocks + 1
            if watch is not None and watch(step, weights):
                break
    return model


# %% Episode by episode alternative="train_dqn"
def train_dqn(env, settings, seed, watch=None):
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    sizes = len(env.observation_space.sample()), int(env.action_space.n), settings.units
    target_model, model = build_q_model(*sizes), build_q_model(*sizes)
    learner = Learner(model, target_model, settings.discount, settings.double)
    learner.compile(optimizer=keras.optimizers.Adam(learning_rate=settings.learning_rate))
    buffer, weights, step, blocks = ReplayBuffer(settings.capacity), model.get_weights(), 0, 0
    world = {"seed": seed}
    while step < settings.num_steps:
        observation, _ = env.reset(**world)
        observation, world, over = observation.copy(), {}, False
        while not over and step < settings.num_steps:
            epsilon = epsilon_at(
                step, settings.num_steps, settings.final_epsilon, settings.exploration
            )
            q = q_values(weights, observation[np.newaxis])[0]
            action = int(np.argmax(q)) if rng.random() >= epsilon else int(rng.choice(len(q)))
            after, reward, terminated, truncated, _ = env.step(action)
            buffer.add(observation, action, reward, after, terminated)
            observation, over, step = after.copy(), terminated or truncated, step + 1
            if step < settings.learning_starts or step % settings.every:
                continue
            if blocks % settings.copy_every == 0:
                target_model.set_weights(model.get_weights())
            blocks += 1
            batch = buffer.sample(settings.updates * settings.batch_size, rng)
            learner.update(batch, settings.batch_size)
            weights = model.get_weights()
            if watch and watch(step, weights):
                return model
    return model
